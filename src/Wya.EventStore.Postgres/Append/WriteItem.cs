namespace Wya.EventStore.Postgres;

/// <summary>One waiting append. All but its construction happens on the writer's thread.</summary>
internal abstract class WriteItem
{
    /// <summary>Adds itself to the batch; false when it must wait for the next one.</summary>
    public abstract bool TryJoin(AppendBatch batch, DecidedStates decided);

    /// <summary>Reads its outcome out of the batch's answer.</summary>
    public abstract void Complete(AppendBatch batch);

    public abstract void Fail(Exception reason);

    /// <summary>Why the first part that failed did so; null when the unit was appended.</summary>
    protected static (int Part, int Status)? Failure(AppendBatch batch, int firstPart, int partCount)
    {
        for (int part = firstPart; part < firstPart + partCount; part++)
        {
            if (batch.Status[part] is not (PartStatus.Appended or PartStatus.UnitFailedElsewhere))
            {
                return (part, batch.Status[part]);
            }
        }

        return null;
    }
}

/// <summary>States decided on by earlier commands of the same batch, which later ones build on.</summary>
internal sealed class DecidedStates
{
    private readonly Dictionary<Guid, (CachedState State, int Part)> states = [];

    public (CachedState State, int Part)? Find(Guid streamId) => states.TryGetValue(streamId, out var found) ? found : null;

    public void Set(Guid streamId, CachedState state, int part) => states[streamId] = (state, part);

    public void Clear() => states.Clear();
}

/// <summary>An append whose events are given.</summary>
internal sealed class AppendItem(PreparedStream[] streams, StateCache cache) : WriteItem
{
    private readonly TaskCompletionSource<Result> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int firstPart;

    /// <summary>The outcome; a duplicate still has to be looked up.</summary>
    public readonly record struct Result(int Status, AppendOutcome? Outcome);

    public Task<Result> Answer => answer.Task;

    public override bool TryJoin(AppendBatch batch, DecidedStates decided)
    {
        int? joined = batch.Add(streams);
        firstPart = joined ?? 0;
        return joined is not null;
    }

    public override void Complete(AppendBatch batch)
    {
        foreach (PreparedStream stream in streams)
        {
            cache.Drop(stream.StreamId);
        }

        answer.TrySetResult(Failure(batch, firstPart, streams.Length) is var (part, status)
            ? new Result(status, status switch
            {
                PartStatus.Conflict =>
                    new AppendOutcome.Conflict(batch.Part(part).StreamId, batch.Part(part).Expected, batch.Detail[part]),
                PartStatus.ClaimTaken => new AppendOutcome.ClaimTaken(batch.ClaimName(batch.Detail[part])),
                PartStatus.Archived => new AppendOutcome.Archived(batch.Part(part).StreamId),
                _ => null,
            })
            : new Result(PartStatus.Appended, Appended(batch)));
    }

    public override void Fail(Exception reason) => answer.TrySetException(reason);

    private AppendOutcome.Appended Appended(AppendBatch batch)
    {
        long[] versions = new long[streams.Length];
        for (int i = 0; i < versions.Length; i++)
        {
            versions[i] = batch.Detail[firstPart + i];
        }

        return new AppendOutcome.Appended(batch.Position[firstPart + streams.Length - 1], versions);
    }
}

/// <summary>
/// A command that decides on the writer's thread, when its batch is made up: on the newest state that this process knows,
/// or on what an earlier command of the same batch has just decided. So callers of one busy stream share a batch instead
/// of losing to each other. A part that was decided on another's result fails when that one fails.
/// </summary>
internal sealed class TransactItem<TState, TEvent>(
    StreamType<TState, TEvent> type,
    Guid streamId,
    Func<TState, Decision<TEvent>> decide,
    CommandMetadata metadata,
    CachedState loaded,
    EventPreparer preparer,
    StateCache cache) : WriteItem
    where TState : class
    where TEvent : class
{
    private readonly TaskCompletionSource<Result> answer = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int part = -1;
    private Refusal? refusal;
    private CachedState? after;
    private int recorded;

    /// <summary><paramref name="Transacted"/> is null when the command must be decided again or looked up.</summary>
    /// <param name="KeysOf">Whose keys must be fetched before it is decided again.</param>
    public readonly record struct Result(int Status, Transacted<TState>? Transacted, string? Claim, IReadOnlyCollection<Guid>? KeysOf = null);

    public Task<Result> Answer => answer.Task;

    public override bool TryJoin(AppendBatch batch, DecidedStates decided)
    {
        CachedState before = loaded;
        int decidedAfter = -1;
        if (decided.Find(streamId) is var (state, part))
        {
            (before, decidedAfter) = (state, part);
        }
        else if (cache.Find(streamId) is { } cached && cached.Version > before.Version)
        {
            before = cached;
        }

        PreparedStream prepared;
        try
        {
            prepared = Decide(before);
        }
        catch (KeysNotAtHandException keys)
        {
            answer.TrySetResult(new Result(PartStatus.KeysNeeded, null, null, keys.Subjects));
            return true;
        }
        catch (Exception bug) // a decision that throws is a bug of that command, and must not take the batch with it
        {
            answer.TrySetException(bug);
            return true;
        }

        if (batch.Add([prepared], decidedAfter) is not { } joined)
        {
            return false;
        }

        this.part = joined;
        decided.Set(streamId, after!, joined);
        return true;
    }

    public override void Complete(AppendBatch batch)
    {
        if (part < 0)
        {
            return; // answered when it joined
        }

        int status = batch.Status[part];
        if (status != PartStatus.Appended)
        {
            answer.TrySetResult(new Result(status, null, status == PartStatus.ClaimTaken ? batch.ClaimName(batch.Detail[part]) : null));
            return;
        }

        // The version that it came to: others may have recorded events in between that the state does not depend on.
        var reached = new CachedState(batch.Detail[part], after!.State);
        cache.Offer(streamId, reached);
        answer.TrySetResult(new Result(
            status, new Transacted<TState>((TState)reached.State, reached.Version, batch.Position[part], recorded, refusal) { Time = batch.Time }, null));
    }

    public override void Fail(Exception reason) => answer.TrySetException(reason);

    private PreparedStream Decide(CachedState before)
    {
        var state = (TState)before.State;
        Decision<TEvent> decision = decide(state);
        refusal = decision.Refusal;
        IReadOnlyList<TEvent> events = decision.Events;
        recorded = events.Count;
        List<string>? claims = null;
        foreach (TEvent fact in events)
        {
            state = type.Evolve(state, fact);
            if (type.Claims?.Invoke(fact) is { } names)
            {
                (claims ??= []).AddRange(names);
            }
        }

        after = events.Count == 0 ? before : new CachedState(before.Version + events.Count, state);
        return new PreparedStream(
            streamId, type.Name, before.Version, preparer.Prepare(streamId, events, metadata), preparer.Stored(claims), metadata, type.Passing);
    }
}
