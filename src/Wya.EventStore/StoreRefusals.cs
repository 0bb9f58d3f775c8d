namespace Wya.EventStore;

/// <summary>The refusals that a store itself can give to a command.</summary>
public static class StoreRefusals
{
    public static Refusal ClaimTaken { get; } = new("claim-taken", "The name is taken.", RefusalKind.Conflict);

    public static Refusal Archived { get; } = new("stream-archived", "This is closed and takes no more changes.", RefusalKind.Conflict);

    public static Refusal TooBusy { get; } = new("too-busy", "Too many changes were made to this at the same time; try again.", RefusalKind.Conflict);
}
