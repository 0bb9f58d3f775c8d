namespace Wya.Projections.Safety;

/// <summary>Safety's tables of what comes in, as far as they are about people: words that were shown, and windows in which something is counted.</summary>
internal static class IntakeTables
{
    private const string Window = "deleted: what was counted is of no use any more";

    public static IReadOnlyList<PersonalTable> All { get; } =
    [
        new("overlays", "user_id", "kept: which of the words of the catalogue they were shown, and when", "false", "shown_at, intervention_id", []),
        new("message_windows", "user_id", Window, "false", "slot, conversation_id", [], IsNoReadModel: true),
        new("contact_requests", "asker_id", Window, "false", "asked_at, id", ["declined_at"], IsNoReadModel: true),
        new("recent_blocks", "user_id", Window, "false", "blocked_at", ["blocker_ref", "blocked_at"], IsNoReadModel: true),
    ];
}
