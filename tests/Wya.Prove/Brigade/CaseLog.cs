using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;

namespace Wya.Prove.Brigade;

/// <summary>One event of safety's log, as its owner reads it: nothing is opened.</summary>
internal sealed record CaseFact(Guid Id, Guid Case, string Type, JsonNode Data)
{
    public Guid ReportId => Data["report_id"]!.GetValue<Guid>();

    public static async Task<IReadOnlyList<CaseFact>> ReadLog(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("select id, stream_id, type, data::text from log.mt_events order by seq_id", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<CaseFact> facts = [];
        while (await reader.ReadAsync(ct))
        {
            facts.Add(new CaseFact(reader.GetGuid(0), reader.GetGuid(1), reader.GetString(2).Split('@')[0], JsonNode.Parse(reader.GetString(3))!));
        }

        return facts;
    }
}

/// <summary>What a log says that was done to people without anybody deciding it, and what it lacks of what they were answered.</summary>
internal static class BrigadeChecker
{
    private static readonly string[] Decisions =
    [
        "safety.warning_issued", "safety.restriction_applied", "safety.capability_restricted", "safety.suspension_applied",
        "safety.ban_proposed", "safety.ban_applied", "safety.content_taken_down",
    ];

    public static Guid CaseOf(Guid user) => CaseId.Of(new UserId(user)).Value;

    public static int Restrictions(IEnumerable<CaseFact> log) =>
        log.Count(fact => Decisions.Any(decision => fact.Type.StartsWith(decision, StringComparison.Ordinal)));

    public static int Count(IEnumerable<CaseFact> log, Guid user, string type) =>
        log.Count(fact => fact.Case == CaseOf(user) && fact.Type.StartsWith(type, StringComparison.Ordinal));

    /// <summary>Receipts of which the log knows nothing.</summary>
    public static int Lost(IEnumerable<CaseFact> log, IEnumerable<Guid> receipts)
    {
        HashSet<Guid> recorded = [.. log.Where(fact => fact.Type.StartsWith("safety.report_submitted", StringComparison.Ordinal)).Select(fact => fact.ReportId)];
        return receipts.Distinct().Count(receipt => !recorded.Contains(receipt));
    }

    /// <summary>0 for monitor up to 3 for protect: the highest that somebody's level ever was.</summary>
    public static int HighestLevel(IEnumerable<CaseFact> log, Guid user) => log
        .Where(fact => fact.Case == CaseOf(user) && fact.Type.StartsWith("safety.risk_assessed", StringComparison.Ordinal))
        .Select(fact => (int)Enum.Parse<RiskLevel>(fact.Data["to"]!.GetValue<string>(), ignoreCase: true))
        .DefaultIfEmpty(0)
        .Max();
}
