using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// What safety holds on people. It is sealed under a key of their own that only safety uses, which an erasure destroys, too:
/// what was decided stays on record, and what was said about it is unreadable for ever. A legal hold keeps that key, and with
/// it nothing else, until it ends. What others reported about a person is in no export: it would tell on them.
/// </summary>
public sealed class SafetyPersonalData : IPersonalData
{
    private const string Kept = "kept for ever, so that the audit log stays whole; what it says in words is sealed";

    private static readonly string[] NeverExported = ["reports", "holds"];

    /// <summary>What the rows are sealed in the events of: the person's own case.</summary>
    private static readonly string[] OfOwnCase = ["risk_profiles", "moderation_actions", "cases", "appeals"];

    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } = [.. SafetyTables.OfCases, .. SafetyTables.OfAudit, .. IntakeTables.All];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) =>
    [
        new ExportSection("record", Record(domain, person)),
        new ExportSection("views_of_the_record", Views(domain, person)),
        new ExportSection("own_reports", OwnReports(domain, person)),
        .. Tables.Where(table => !NeverExported.Contains(table.Name)).Select(table => OfOwnCase.Contains(table.Name)
            ? new ExportSection(table.Name, Opened(domain, table, person))
            : PersonalRows.Section(domain, table, person)),
    ];

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        (long events, string? sealedValue) = await Case(domain.Database, person, ct).ConfigureAwait(false);
        bool canRead = sealedValue is not null && SealedToken.TryParse(sealedValue, out SealedToken? token)
            && await domain.Database.Seals.Open(token, CaseId.Of(person).Value, ct).ConfigureAwait(false) is not null;
        List<StoreFinding> found = [new("events of the person's case", events, canRead ? events : 0, Kept)];
        foreach (PersonalTable table in Tables)
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>Nobody's name stands here: what is waited for is that no case is opened about somebody who is gone.</summary>
    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        Consumer people = domain.Consumers.Single(consumer => consumer.Name == SafetyDomain.People);
        if (await Positions.Of(people, ct).ConfigureAwait(false) < position)
        {
            return new StillHeld($"{people.Name} has not come so far", IsShown: false);
        }

        if (await DeadLetters.IsParked(people, person.Value, ct).ConfigureAwait(false))
        {
            return new StillHeld($"{people.Name} has set a stream aside: see its dead letters", IsShown: false);
        }

        foreach (PersonalTable table in Tables.Where(table => table.IsNoReadModel))
        {
            await PersonalRows.Delete(domain, table, person, ct).ConfigureAwait(false);
        }

        return null;
    }

    public async Task<IReadOnlyList<OtherKey>> OtherKeys(HeldBy domain, IReadOnlyCollection<UserId> people, CancellationToken ct = default)
    {
        DateTimeOffset now = domain.Clock.GetUtcNow();
        ILookup<Guid, HoldRow> standing = (await HoldsTable.Of(domain.Database, people, ct).ConfigureAwait(false))
            .Where(hold => hold.StandsAt(now)).ToLookup(hold => hold.UserId);
        return
        [
            .. people.Select(person => new OtherKey(person, SafetyKey.Of(domain.Database, person), "safety", standing[person.Value].FirstOrDefault()?.Class)),
            .. people.Select(person => new OtherKey(person, SafetyKey.OfReporter(domain.Database, person), "safety, for reports")),
        ];
    }

    /// <summary>Nothing here stood in the clear.</summary>
    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;

    /// <summary>What was decided about the person, in full, in the order of the log.</summary>
    private static async IAsyncEnumerable<JsonNode> Record(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        LogDatabase safety = domain.Database;
        Guid key = SafetyKey.Of(safety, person), record = CaseId.Of(person).Value;
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select e.type, e.timestamp, e.data::text from {safety.LogSchema}.mt_events e where e.stream_id = $1 and e.type = any($2) order by e.version");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = record });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. safety.Types.StoredNames(OwnRecord.EventNames)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            JsonNode data = JsonNode.Parse(reader.GetString(2))!;
            await SealedJson.Open(safety, record, data, key, ct).ConfigureAwait(false);
            yield return new JsonObject
            {
                ["type"] = safety.Types.Stored(reader.GetString(0)).Type.Name,
                ["time"] = Time(reader.GetDateTime(1)),
                ["data"] = data,
            };
        }
    }

    private static async IAsyncEnumerable<JsonNode> Views(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        foreach (RecordViews views in await SafetyAuditTable.ViewsOf(domain.Database, CaseId.Of(person), int.MaxValue, ct).ConfigureAwait(false))
        {
            yield return new JsonObject
            {
                ["day"] = views.Day.ToString("O", CultureInfo.InvariantCulture), ["purpose"] = views.Purpose, ["times"] = views.Times,
            };
        }
    }

    /// <summary>What they reported, in their own words, and what they were told: nothing of whom it was about.</summary>
    private static async IAsyncEnumerable<JsonNode> OwnReports(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        LogDatabase safety = domain.Database;
        Guid key = SafetyKey.OfReporter(safety, person);
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select jsonb_build_object('report_id', report_id, 'category', category, 'subject_kind', subject_kind, 'submitted_at', submitted_at,
                'statement', statement, 'outcome', outcome, 'resolved_at', resolved_at, 'explanation', explanation)::text, case_id
            from {safety.ReadSchema}.reports where reporter_ref = $1 order by submitted_at, report_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = key });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            JsonNode row = JsonNode.Parse(reader.GetString(0))!;
            await SealedJson.Open(safety, reader.GetGuid(1), row, key, ct).ConfigureAwait(false);
            yield return row;
        }
    }

    private static async IAsyncEnumerable<JsonNode> Opened(
        HeldBy domain, PersonalTable table, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (JsonNode row in PersonalRows.Raw(domain, table, person, ct).ConfigureAwait(false))
        {
            await SealedJson.Open(domain.Database, CaseId.Of(person).Value, row, SafetyKey.Of(domain.Database, person), ct).ConfigureAwait(false);
            yield return row;
        }
    }

    /// <summary>How many events there are, and something sealed in one of them, to try.</summary>
    private static async Task<(long Events, string? Sealed)> Case(LogDatabase safety, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select count(*), max(coalesce(e.data ->> 'statement', e.data ->> 'reason', e.data ->> 'words', e.data ->> 'explanation', e.data ->> 'text', e.data ->> 'evidence', e.data ->> 'ground', e.data ->> 'detail'))
            from {safety.LogSchema}.mt_events e where e.stream_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = CaseId.Of(person).Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? null : reader.GetString(1));
    }

    private static string Time(DateTime time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
