using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Storm;

/// <summary>
/// Faults made on purpose, in a copy of the log whose rows anybody may change; the checker is worth nothing unless it
/// sees each of them. A lost event whose position went to another one cannot be seen by positions.
/// </summary>
internal static class PlantedFaults
{
    public static async Task Tell(ProofDatabase database, IReadOnlyList<HistoryEntry> history, ProofSize size, Figures figures, CancellationToken ct)
    {
        LogFindings lost = await CheckCopy(
            database, history, "update planted.events set id = gen_random_uuid(), data = data || '{\"mark\": 1}' where seq_id = (select max(seq_id) / 2 from planted.events)", ct);
        figures.MustBe("planted_loss_found_by_id", Found(!lost.Holds && lost is { Lost: 1, Foreign: 1 }), 1);
        figures.MustBe("planted_loss_found_by_position", Found(!lost.HoldsByPosition), 0);

        LogFindings doubled = await CheckCopy(
            database,
            history,
            """
            insert into planted.events (seq_id, id, stream_id, version, data)
            select (select max(seq_id) + 1 from planted.events), id, stream_id,
                   (select max(version) + 1 from planted.events e where e.stream_id = d.stream_id), data
            from planted.events d where seq_id = (select max(seq_id) / 3 from planted.events)
            """,
            ct);
        figures.MustBe("planted_double_found", Found(doubled.Doubled == 1), 1);

        LogFindings swapped = await CheckCopy(
            database,
            history,
            """
            with pair as (
                select min(seq_id) as a, max(seq_id) as b
                from (select seq_id from planted.events
                      where stream_id = (select stream_id from planted.events group by 1 having count(*) > 1 limit 1) order by version limit 2) two),
            contents as (select e.seq_id, e.id, e.data, pair.a + pair.b - e.seq_id as goes_to from planted.events e, pair where e.seq_id in (a, b))
            update planted.events e set id = c.id, data = c.data from contents c where e.seq_id = c.goes_to
            """,
            ct);
        figures.MustBe("planted_swap_found_by_id", Found(swapped.OutOfOrder > 0), 1);
        figures.MustBe("planted_swap_found_by_position", Found(!swapped.HoldsByPosition), 0);

        NaiveReader.Result naive = await NaiveReader.Run(database, size == ProofSize.Short ? 4_000 : 40_000, ct);
        figures.Note("naive_reader_events", naive.Events);
        figures.MustBeAtLeast("naive_reader_missed", naive.Findings.Missed, 1);
    }

    private static double Found(bool found) => found ? 1 : 0;

    private static async Task<LogFindings> CheckCopy(ProofDatabase database, IReadOnlyList<HistoryEntry> history, string fault, CancellationToken ct)
    {
        await database.Execute(
            $"""
            drop schema if exists planted cascade;
            create schema planted;
            create table planted.events as select seq_id, id, stream_id, version, data from log.mt_events;
            create index on planted.events (seq_id);
            analyze planted.events;
            {fault};
            """,
            ct);
        return LogChecker.Check(await LogEntry.ReadAll(database.OwnerConnectionString, "planted.events", ct), history);
    }
}
