using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>How far it reaches that a consumer has set streams aside.</summary>
/// <param name="Source">Whose log it follows.</param>
/// <param name="Streams">Set aside, those that wait for an operator among them.</param>
/// <param name="Dead">That wait for an operator.</param>
/// <param name="EventsWaiting">The failed ones and those of their streams behind them.</param>
/// <param name="People">Who recorded the waiting events themselves, and does not see what they did; null when too many wait to be counted.</param>
/// <param name="Since">When the first was set aside; null when none is.</param>
/// <param name="Kinds">By the kind of failure and its place, the most frequent first.</param>
public sealed record ParkedOverview(
    string Consumer, string Domain, string Source, long Streams, long Dead, long EventsWaiting, long? People, DateTimeOffset? Since, IReadOnlyList<ParkedKind> Kinds);

/// <summary>Streams that stumbled over the same.</summary>
/// <param name="Example">The first of them.</param>
public sealed record ParkedKind(string Error, long Streams, long Dead, long EventsWaiting, DateTimeOffset Since, Guid Example);

/// <summary>What would become of a parked stream with the code of this process.</summary>
/// <param name="Rows">That would be other than they are; none when it would fail again, or when the consumer is no read model.</param>
public sealed record ParkedTrial(Guid StreamId, long Position, DryRun Run, IReadOnlyList<TriedRow> Rows)
{
    public bool Passes => Run.FailsAt is null;
}

/// <summary>What releasing came to.</summary>
/// <param name="Tried">Streams that were tried.</param>
/// <param name="Released">Streams that passed, and are retried now by the leader, in order.</param>
/// <param name="Failing">Streams that would fail again, and stay parked.</param>
public sealed record ParkedRelease(int Tried, int Released, int Failing, long EventsWaiting, Refusal? Refusal = null);

public sealed partial class DeadLetters
{
    /// <summary>Waiting events whose people are counted; beyond it the count is left out.</summary>
    private const int CountedEventsMax = 50_000;

    private const int ReleasedTogetherMax = 100;

    /// <summary>What is set aside, how long, and whom it concerns.</summary>
    public static async Task<ParkedOverview> Overview(Consumer consumer, CancellationToken ct = default)
    {
        string log = consumer.Target.LogSchema;
        await using NpgsqlConnection connection = await consumer.Target.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        List<ParkedKind> kinds = await connection.Query(
            $"""
            select s.error, count(*), count(*) filter (where s.state = 'dead'), sum(w.waiting)::bigint, min(s.parked_at),
                   (array_agg(s.stream_id order by s.first_seq_id))[1]
              from {log}.wya_parked_streams s cross join lateral (
                   select count(*) as waiting from {log}.wya_parked_events e where e.projection = s.projection and e.stream_id = s.stream_id) w
             where s.projection = $1 group by s.error order by count(*) desc, s.error
            """,
            row => new ParkedKind(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3), new DateTimeOffset(row.GetDateTime(4)), row.GetGuid(5)),
            ct, Sql.Value(consumer.Name)).ConfigureAwait(false);
        List<long> waiting = kinds.Count == 0 ? [] : await connection.Query(
            $"select seq_id from {log}.wya_parked_events where projection = $1 limit {CountedEventsMax + 1}", row => row.GetInt64(0), ct, Sql.Value(consumer.Name)).ConfigureAwait(false);
        return new ParkedOverview(
            consumer.Name,
            consumer.Target.Name,
            consumer.Source.Name,
            kinds.Sum(kind => kind.Streams),
            kinds.Sum(kind => kind.Dead),
            kinds.Sum(kind => kind.EventsWaiting),
            waiting.Count > CountedEventsMax ? null : await People(consumer, [.. waiting], ct).ConfigureAwait(false),
            kinds.Count == 0 ? null : kinds.Min(kind => kind.Since),
            kinds);
    }

    /// <summary>The event that a stream stumbles over, with what is sealed in it sealed. Null when this build cannot read it.</summary>
    public static async Task<RecordedEvent?> FailedEvent(Consumer consumer, DeadLetter letter, CancellationToken ct = default) =>
        (await new LogPageReader(consumer.Source, opens: false).Pick([letter.Position], ct).ConfigureAwait(false))[0].Recorded;

    /// <summary>Tries parked streams, each alone, with the code of this process in a transaction that is rolled back.</summary>
    /// <param name="after">The position of the last one of the page before.</param>
    public async Task<IReadOnlyList<ParkedTrial>> TryAll(
        Consumer consumer, long after = 0, int limit = 100, Action<ParkedTrial>? tried = null, CancellationToken ct = default)
    {
        List<ParkedTrial> trials = [];
        foreach (DeadLetter letter in await List(consumer, after, limit, deadOnly: false, ct).ConfigureAwait(false))
        {
            if (await Try(consumer, letter.StreamId, ct).ConfigureAwait(false) is var (run, rows))
            {
                var trial = new ParkedTrial(letter.StreamId, letter.Position, run, rows);
                trials.Add(trial);
                tried?.Invoke(trial);
            }
        }

        return trials;
    }

    /// <summary>
    /// Tries every parked stream in the order of the log, and releases those that go through, a bounded number in each
    /// transaction; the others stay as they are.
    /// </summary>
    /// <param name="progress">Told after each batch.</param>
    public async Task<ParkedRelease> ReleasePassing(Consumer consumer, Operator by, Action<ParkedRelease>? progress = null, CancellationToken ct = default)
    {
        var total = new ParkedRelease(0, 0, 0, 0);
        if (!by.SaysWhy)
        {
            return total with { Refusal = OperatorRefusals.ReasonMissing };
        }

        long after = 0;
        while (await TryAll(consumer, after, ReleasedTogetherMax, ct: ct).ConfigureAwait(false) is { Count: > 0 } trials)
        {
            Guid[] passing = [.. trials.Where(trial => trial.Passes).Select(trial => trial.StreamId)];
            DeadLetterChange change = passing.Length == 0
                ? new DeadLetterChange(0, 0, 0)
                : await Decide(consumer, passing, "retry", "release", by, ct).ConfigureAwait(false);
            total = new ParkedRelease(
                total.Tried + trials.Count, total.Released + change.Streams, total.Failing + trials.Count - passing.Length, total.EventsWaiting + change.EventsWaiting);
            progress?.Invoke(total);
            after = trials[^1].Position;
        }

        return total.Released > 0 ? total : total with { Refusal = total.Tried == 0 ? OperatorRefusals.NothingParked : OperatorRefusals.NothingPasses };
    }

    /// <summary>Releases chosen streams, tried or not.</summary>
    public static Task<DeadLetterChange> Release(Consumer consumer, IReadOnlyCollection<Guid> streams, Operator by, CancellationToken ct = default) =>
        Decide(consumer, [.. streams.Take(DecidedTogetherMax)], "retry", "release", by, ct);

    private static async Task<long> People(Consumer consumer, long[] positions, CancellationToken ct)
    {
        if (positions.Length == 0)
        {
            return 0;
        }

        await using NpgsqlConnection connection = await consumer.Source.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        return (await connection.Query(
            $"select count(distinct headers->>'actor') from {consumer.Source.LogSchema}.mt_events where seq_id = any($1) and headers->>'actor' ~ '^[0-9a-f]{{8}}-'",
            row => row.GetInt64(0), ct, Sql.Value(positions)).ConfigureAwait(false))[0];
    }
}
