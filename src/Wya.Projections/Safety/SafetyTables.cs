namespace Wya.Projections.Safety;

/// <summary>Safety's tables of cases, as far as they are about people.</summary>
internal static class SafetyTables
{
    private const string Ids = "kept: it names people by their ids and says nothing else about them";
    private const string Record = "kept for the record; what is sealed in it is unreadable once the person's safety key is destroyed";

    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public static IReadOnlyList<PersonalTable> OfCases { get; } =
    [
        new("users", "id", Ids, "false", "id", []),
        new("risk_profiles", "user_id", Record, "false", "user_id", ["signals"]),
        new("moderation_actions", "user_id", Record, "false", "created_at, action_id", ["created_by"]),
        new("cases", "user_id", Record, "false", "case_id", ["opened_at", "grouped_at", "claimed_by", "claimed_until", "grouped_as", "escalated", "escalated_due_at", "attention_due_at", "proposals", "proposal_due_at"]),
        new("reports", "user_id", Record, "false", "submitted_at, report_id", ["reporter_ref", "statement", "explanation", "resolved_by"]),
        new("appeals", "user_id", Record, "false", "submitted_at, appeal_id", ["resolved_by"]),
        new("decisions", "user_id", Record, "false", "decided_at, action_id", ["decided_by"]),
        new("people", "id", Ids, "false", "id", []),
        new("friends", "low_id", Ids, "false", "low_id, high_id", []) { Where = "$1 in (low_id, high_id)" },
        new("blocks", "blocker_id", Ids, "false", "blocked_id", []),
    ];

    public static IReadOnlyList<PersonalTable> OfAudit { get; } =
    [
        new("safety_audit", "actor", "kept for ever: who decided, and who looked", "false", "position", ["position", "case_id"]) { Where = "actor = $1::text" },
        new("holds", "user_id", "kept for the record; its ground is sealed under the person's safety key", "false", "proposed_at, hold_id", []),
    ];
}
