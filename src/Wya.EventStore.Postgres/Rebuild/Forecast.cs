using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What a rebuild will take, said before it begins.</summary>
/// <param name="Events">To be folded.</param>
/// <param name="EventsASecond">At which speed; the limit, if one is given and is lower.</param>
/// <param name="Seconds">Without what the comparison takes, which is little.</param>
/// <param name="BasedOn"><c>earlier_rebuilds</c>, or <c>sample</c>: the beginning of the log was folded for a moment, into tables that are gone again.</param>
/// <param name="BytesToRead">Of the log.</param>
/// <param name="BytesToWrite">As much as the live tables take with their indexes; the write-ahead log takes as much again.</param>
/// <param name="BytesKept">Of the replaced tables, for as long as they can be switched back to.</param>
public sealed record Forecast(
    string Projection, long Events, double EventsASecond, double Seconds, string BasedOn, long BytesToRead, long BytesToWrite, long BytesKept);

public sealed partial class Rebuilds
{
    private const int EarlierRebuildsMax = 5;
    private const int EarlierEventsMin = 1_000;
    private const int SamplePageEvents = 1_000;

    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(1);

    /// <summary>For each of the read models; null when one is not known.</summary>
    public async Task<IReadOnlyList<Forecast>?> Forecast(IReadOnlyList<string> projections, int? eventsASecondMax = null, CancellationToken ct = default)
    {
        List<Forecast> forecasts = [];
        foreach (string projection in projections.Distinct(StringComparer.Ordinal))
        {
            if (!known.TryGetValue(projection, out ReadModel? model))
            {
                return null;
            }

            forecasts.Add(await Forecast(model, eventsASecondMax, ct).ConfigureAwait(false));
        }

        return forecasts;
    }

    private async Task<Forecast> Forecast(ReadModel model, int? eventsASecondMax, CancellationToken ct)
    {
        await using NpgsqlConnection connection = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        (long events, long logBytes, long tableBytes, double? earlier) = (await connection.Query(
            $"""
            select h.position, pg_table_size('{database.LogSchema}.mt_events'),
                   coalesce((select sum(pg_total_relation_size(to_regclass(name)))::bigint from unnest($1) name where to_regclass(name) is not null), 0),
                   (select avg(events_a_second) from (
                        select events_a_second from {table}
                         where projection = $2 and kind = 'rebuild' and state = 'done' and position >= {EarlierEventsMin} and events_a_second > 0 and events_a_second_max is null
                         order by requested_at desc limit {EarlierRebuildsMax}) done)
              from {database.LogSchema}.wya_log_head h
            """,
            row => (row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.IsDBNull(3) ? (double?)null : row.GetDouble(3)),
            ct,
            Sql.Value(model.Tables.Select(one => $"{database.ReadSchema}.{one.Name}").ToArray()),
            Sql.Value(model.Name)).ConfigureAwait(false))[0];
        double measured = earlier ?? await Sample(model, events, ct).ConfigureAwait(false);
        double speed = eventsASecondMax is { } limit ? Math.Min(limit, measured) : measured;
        return new Forecast(
            model.Name, events, Math.Round(speed, 1), Math.Round(speed > 0 ? events / speed : 0, 1), earlier is null ? "sample" : "earlier_rebuilds", logBytes, tableBytes, tableBytes);
    }

    /// <summary>Folds the beginning of the log into temporary tables for a moment, and says how fast that went.</summary>
    private async Task<double> Sample(ReadModel model, long head, CancellationToken ct)
    {
        const string Temporary = "pg_temp";
        await using NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        foreach (ITable one in model.Tables)
        {
            await connection.Execute(one.CreateSql(Temporary), ct).ConfigureAwait(false);
        }

        var passed = new PassedStreams(database, model, recordedUnder: null);
        var replay = new TableReplay(model, Temporary, connection, passed, new RebuildOptions().RowsCachedMax, 0, _ => []);
        await using var scan = new LogScan(database, SamplePageEvents);
        await passed.TakeDiscarded(connection, 0, since: null, ct).ConfigureAwait(false);
        long start = clock.GetTimestamp();
        try
        {
            await foreach (ScannedPage page in scan.Pages(0, head, ct).ConfigureAwait(false))
            {
                await replay.Apply(page.Events, page.To, ct).ConfigureAwait(false);
                if (clock.GetElapsedTime(start) > SampleTime)
                {
                    break;
                }
            }
        }
        catch (RebuildFailedException)
        {
            // It would fail there; until there it is as fast as measured.
        }

        double seconds = clock.GetElapsedTime(start).TotalSeconds;
        return seconds > 0 ? replay.Position / seconds : 0;
    }
}
