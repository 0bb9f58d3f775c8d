using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>Every reason of its own for which a legal hold is turned down. Codes are published and never change their meaning.</summary>
public static class HoldRefusals
{
    public static Refusal HoldNotFound { get; } = new("hold-not-found", "There is no such hold, or it has ended.", RefusalKind.NotFound);

    public static Refusal EndInvalid { get; } = new("hold-end-invalid", "A hold ends in the future, within a year.", RefusalKind.Invalid);

    public static Refusal TooMany { get; } = new("holds-full", "There are as many holds on this case as there may be; end one first.", RefusalKind.Conflict);
}
