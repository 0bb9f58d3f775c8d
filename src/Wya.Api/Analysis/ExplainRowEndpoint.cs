using Npgsql;
using NpgsqlTypes;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Analysis;

internal static class ExplainRowEndpoint
{
    private const int PageEvents = 2_000;
    private const int EventsMax = 200;

    /// <summary>
    /// Whoever does not say from where is shown the events of the stream that the key names, which an index finds. Others may
    /// have touched the row too: for all of them the log is read from its beginning, for as long as somebody will wait; then
    /// they may ask for more.
    /// </summary>
    private static readonly TimeSpan LookFor = TimeSpan.FromSeconds(3);

    /// <summary>What a column of such a type holds tells nobody's words, name, age or place.</summary>
    private static readonly HashSet<string> ShownTypes = ["uuid", "timestamp with time zone", "timestamp without time zone", "boolean", "integer", "bigint", "smallint"];

    /// <param name="ReadModel">What keeps the row.</param>
    /// <param name="ReadModelVersion">Rises when the rows change their meaning.</param>
    /// <param name="Source">Whose log it is made of.</param>
    /// <param name="ReachedPosition">All events of that log up to here are in the row.</param>
    /// <param name="Row">Its columns; of texts and the like only that there is one. Left out when there is no such row now.</param>
    /// <param name="Events">That touched it, in order.</param>
    /// <param name="OfItsStream">They are those of the stream that its key names; those of other streams are not looked for yet.</param>
    /// <param name="LookedTo">The log was looked through up to here.</param>
    /// <param name="Next">Send it back as <c>after</c> for more; left out when the log was looked through.</param>
    internal sealed record Explanation(
        string Domain,
        string Table,
        string ReadModel,
        int ReadModelVersion,
        string Source,
        long ReachedPosition,
        IReadOnlyDictionary<string, string>? Row,
        IReadOnlyList<EventAnswer> Events,
        bool OfItsStream,
        long LookedTo,
        long? Next = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/rows/{domain}/{table}", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe(
            "ExplainRow",
            "Show why a row is as it is",
            "By the parts of its key, each as <c>key</c>: the events that touched it, and the read model, with its version and position, that made it of them. Without <c>after</c> those of the stream that the key names, if it names one; then, after 0, those of all.")
        .Produces<Explanation>()
        .ForExample(answer: new Explanation(
            "identity", "users", "Users", 1, "identity", 4_711, new Dictionary<string, string> { ["id"] = ExamplePeople.MaraId.ToString() }, [EventAnswer.Example], true, 0, 0))
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.TableUnknown, Problems.RowKeyMalformed);

    /// <summary>What is kept in a domain and made of a log that analysts may read.</summary>
    public static IEnumerable<(ReadModel Model, ITable Table, string Source)> TablesOf(DomainDefinition domain) => domain.ReadModels
        .Select(model => (Model: model, Source: domain.Name))
        .Concat(domain.Subscriptions.Select(followed => (followed.Model, followed.Source)))
        .Where(one => one.Source != Projections.Safety.SafetyDomain.Definition.Name)
        .SelectMany(one => one.Model.Tables.Select(table => (one.Model, table, one.Source)));

    private static async Task<IResult> Answer(
        AnalystLogs logs, TimeProvider clock, string domain, string table, string[]? key = null, long? after = null, CancellationToken ct = default)
    {
        if (logs.Find(domain) is not ({ } log, _))
        {
            return logs.Find(domain).Problem!;
        }

        (ReadModel? model, ITable? found, string? source) = TablesOf(log.Definition).FirstOrDefault(one => one.Table.Name == table);
        if (model is null || found is null)
        {
            return Problems.TableUnknown;
        }

        string[] parts = [.. (key ?? []).Select(part => Guid.TryParse(part, out Guid id) ? id.ToString() : part.Trim())];
        if (parts.Length != found.KeyNames.Count)
        {
            return Problems.RowKeyMalformed;
        }

        AnalystLog followed = logs.Find(source!).Log!;
        long head = await followed.Browser.Head(ct).ConfigureAwait(false);
        long reached = model.Inline ? head : await Positions.Of(log.Database, model.ProgressionName, ct).ConfigureAwait(false);
        IReadOnlyDictionary<string, string>? row;
        try
        {
            row = await Row(log, found, parts, ct).ConfigureAwait(false);
        }
        catch (PostgresException malformed) when (malformed.SqlState.StartsWith("22", StringComparison.Ordinal))
        {
            return Problems.RowKeyMalformed; // no uuid where one belongs
        }

        List<EventAnswer> own = after is null ? await OfItsStream(followed, found, parts, ct).ConfigureAwait(false) : [];
        (List<EventAnswer> events, long lookedTo) = own.Count > 0
            ? (own, 0)
            : await Touching(followed, found, parts, after ?? 0, head, clock, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Explanation(
            domain, table, model.Name, model.Version, source!, reached, row, events, own.Count > 0, lookedTo, lookedTo < head ? lookedTo : null));
    }

    /// <summary>None when no part of the key is the id of a stream.</summary>
    private static async Task<List<EventAnswer>> OfItsStream(AnalystLog log, ITable table, string[] key, CancellationToken ct)
    {
        List<EventAnswer> events = [];
        foreach (Guid stream in key.Select(part => Guid.TryParse(part, out Guid id) ? id : Guid.Empty).Distinct())
        {
            events.AddRange((await log.Browser.OfStream(stream, 0, PageEvents, ct).ConfigureAwait(false))
                .Where(one => IsTouched(table, key, one)).Select(one => EventAnswer.Of(log, one)));
        }

        return [.. events.OrderBy(one => one.Position).Take(EventsMax)];
    }

    private static bool IsTouched(ITable table, string[] key, BrowsedEvent one) =>
        one.Recorded is { } recorded && table.Touched(recorded).Any(touched => touched.SequenceEqual(key, StringComparer.OrdinalIgnoreCase));

    private static async Task<(List<EventAnswer> Events, long LookedTo)> Touching(
        AnalystLog log, ITable table, string[] key, long after, long head, TimeProvider clock, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        List<EventAnswer> events = [];
        while (after < head && events.Count < EventsMax && clock.GetElapsedTime(start) < LookFor)
        {
            BrowsedPage page = await log.Browser.After(after, PageEvents, ct).ConfigureAwait(false);
            foreach (BrowsedEvent one in page.Events)
            {
                after = one.Position;
                if (IsTouched(table, key, one))
                {
                    events.Add(EventAnswer.Of(log, one));
                    if (events.Count == EventsMax)
                    {
                        break;
                    }
                }
            }

            if (page.Events.Count == 0)
            {
                break;
            }
        }

        return (events, after);
    }

    private static async Task<IReadOnlyDictionary<string, string>?> Row(AnalystLog log, ITable table, string[] key, CancellationToken ct)
    {
        string where = string.Join(" and ", table.KeyNames.Select((name, i) => $"{name} = ${i + 1}"));
        await using NpgsqlCommand command = log.Database.DataSource.CreateCommand($"select * from {log.Database.ReadSchema}.{table.Name} where {where}");
        foreach (string part in key)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = part, NpgsqlDbType = NpgsqlDbType.Unknown }); // of the column's own type
        }

        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        if (!await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            return null;
        }

        Dictionary<string, string> row = [];
        for (int i = 0; i < reader.FieldCount; i++)
        {
            row[reader.GetName(i)] =
                await reader.IsDBNullAsync(i, ct).ConfigureAwait(false) ? "(none)"
                : ShownTypes.Contains(reader.GetDataTypeName(i)) ? Text(reader.GetValue(i))
                : table.KeyNames.Contains(reader.GetName(i)) ? key[table.KeyNames.ToList().IndexOf(reader.GetName(i))]
                : "(not shown)";
        }

        return row;
    }

    private static string Text(object value) => value is DateTime time
        ? time.ToString("yyyy-MM-ddTHH:mm:ss.ffffff", System.Globalization.CultureInfo.InvariantCulture)
        : Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture)!;
}
