using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The events that a replay leaves out, as the live read model does: those that an operator discarded, and the rest of a
/// parked stream from the very event that parked it, if that event fails in the replay as well. Any other failure ends
/// the rebuild. What has been passed over is recorded with the rows, so that it survives the worker; a stream that is no
/// longer parked is folded after all before the tables are compared or exchanged.
/// An event that parked its stream but does not fail here (the code was mended) is simply folded; the swap then lifts the
/// parking.
/// </summary>
/// <param name="recordedUnder">The rebuild whose tables these are; null keeps the record in memory only.</param>
internal sealed class PassedStreams(LogDatabase database, ReadModel model, Guid? recordedUnder)
{
    private static readonly TimeSpan DecisionMargin = TimeSpan.FromMinutes(1);

    private readonly Dictionary<Guid, long> passed = [];
    private readonly HashSet<long> discarded = [];
    private readonly HashSet<Guid> unrecorded = [];
    private readonly string log = database.LogSchema;
    private bool knowsDiscarded;

    public Guid[] Streams => [.. passed.Keys];

    public async Task Load(NpgsqlConnection connection, CancellationToken ct)
    {
        if (recordedUnder is { } id)
        {
            List<(Guid StreamId, long Position)> rows = await connection.Query(
                $"select stream_id, seq_id from {log}.wya_rebuild_passed where rebuild_id = $1",
                row => (row.GetGuid(0), row.GetInt64(1)), ct, Sql.Value(id)).ConfigureAwait(false);
            foreach ((Guid streamId, long position) in rows)
            {
                passed[streamId] = position;
            }
        }
    }

    public bool PassesOver(in LogEntry scanned) =>
        (passed.Count > 0 && passed.TryGetValue(scanned.StreamId, out long from) && scanned.Position >= from)
        || (discarded.Count > 0 && discarded.Contains(scanned.Position));

    /// <exception cref="RebuildFailedException">The live read model does not stand without this event.</exception>
    public async Task PassOver(NpgsqlConnection connection, LogEntry poison, string error, CancellationToken ct)
    {
        List<long> parkedAt = await connection.Query(
            $"select first_seq_id from {log}.wya_parked_streams where projection = $1 and stream_id = $2",
            row => row.GetInt64(0), ct, Sql.Value(model.Name), Sql.Value(poison.StreamId)).ConfigureAwait(false);
        if (parkedAt is not [var position] || position != poison.Position)
        {
            throw new RebuildFailedException($"{model.Name}: the event at position {poison.Position} cannot be folded: {error}.");
        }

        passed[poison.StreamId] = position;
        unrecorded.Add(poison.StreamId);
    }

    /// <summary>What has changed since the last call succeeded, to be written with the rows.</summary>
    public IEnumerable<NpgsqlBatchCommand> Record()
    {
        if (recordedUnder is not { } id || unrecorded.Count == 0)
        {
            yield break;
        }

        yield return Statement($"delete from {log}.wya_rebuild_passed where rebuild_id = $1 and stream_id = any($2)", Sql.Value(id), Sql.Value(unrecorded.ToArray()));
        Guid[] streams = [.. unrecorded.Where(passed.ContainsKey)];
        yield return Statement(
            $"insert into {log}.wya_rebuild_passed (rebuild_id, stream_id, seq_id) select $1, s, p from unnest($2, $3) as u(s, p)",
            Sql.Value(id), Sql.Value(streams), Sql.Value(streams.Select(stream => passed[stream]).ToArray()));
    }

    public void Recorded() => unrecorded.Clear();

    /// <summary>Streams that were passed over and are no longer parked there: forgotten here, to be folded from the position.</summary>
    public async Task<List<(Guid StreamId, long From)>> TakeFreed(NpgsqlConnection connection, CancellationToken ct)
    {
        List<(Guid StreamId, long From)> freed = [];
        if (passed.Count == 0)
        {
            return freed;
        }

        Dictionary<Guid, long> parked = (await connection.Query(
            $"select stream_id, first_seq_id from {log}.wya_parked_streams where projection = $1 and stream_id = any($2)",
            row => (row.GetGuid(0), row.GetInt64(1)), ct, Sql.Value(model.Name), Sql.Value(Streams)).ConfigureAwait(false)).ToDictionary();
        foreach ((Guid streamId, long from) in passed)
        {
            if (!parked.TryGetValue(streamId, out long at) || at != from)
            {
                freed.Add((streamId, from));
            }
        }

        foreach ((Guid streamId, _) in freed)
        {
            passed.Remove(streamId);
            unrecorded.Add(streamId);
        }

        return freed;
    }

    /// <summary>Takes in what operators have discarded.</summary>
    /// <param name="position">Of the tables.</param>
    /// <param name="since">When the replay began, for one that is taken up again; null if it cannot begin again.</param>
    /// <exception cref="RebuildOutdatedException">One of the events has been folded already.</exception>
    public async Task TakeDiscarded(NpgsqlConnection connection, long position, DateTimeOffset? since, CancellationToken ct)
    {
        if (model.Inline)
        {
            return; // its failures are its appends' failures: nothing is ever parked
        }

        List<(LogEntry Entry, DateTime At)> decisions = await connection.Query(
            $"select seq_id, stream_id, decided_at from {log}.wya_dead_letter_decisions where projection = $1 and decision = 'discard'",
            row => (new LogEntry(row.GetInt64(0), row.GetGuid(1), null, null), row.GetDateTime(2)), ct, Sql.Value(model.Name)).ConfigureAwait(false);

        // An earlier worker knew what was decided before it began, give or take a transaction and the clocks; what this
        // one has not skipped, it has folded.
        bool outdated = since is { } start && decisions.Any(decision =>
            decision.Entry.Position <= position && !PassesOver(decision.Entry)
            && (knowsDiscarded || decision.At >= start.UtcDateTime - DecisionMargin));
        knowsDiscarded = true;
        discarded.UnionWith(decisions.Select(decision => decision.Entry.Position));
        if (outdated)
        {
            throw new RebuildOutdatedException();
        }
    }

    private static NpgsqlBatchCommand Statement(string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        command.Parameters.AddRange(parameters);
        return command;
    }
}
