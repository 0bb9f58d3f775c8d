namespace Wya.EventStore.Postgres;

/// <summary>The state of a stream at a version.</summary>
internal sealed record CachedState(long Version, object State);

/// <summary>
/// States of streams, so that most commands need no read. A stale entry can do no harm: every decision, even one that
/// records nothing, is checked against the stream's version in the append's own transaction.
/// Two generations bound it: when the young one is full it becomes the old one, and the old one is dropped.
/// </summary>
internal sealed class StateCache(int capacity)
{
    private readonly Lock gate = new();
    private Dictionary<Guid, CachedState> young = [];
    private Dictionary<Guid, CachedState> old = [];

    public CachedState? Find(Guid streamId)
    {
        lock (gate)
        {
            if (young.TryGetValue(streamId, out CachedState? state))
            {
                return state;
            }

            if (old.TryGetValue(streamId, out state))
            {
                Put(streamId, state);
            }

            return state;
        }
    }

    /// <summary>Keeps the state unless a newer one is held.</summary>
    public void Offer(Guid streamId, CachedState state)
    {
        lock (gate)
        {
            if (!young.TryGetValue(streamId, out CachedState? held) || held.Version < state.Version)
            {
                Put(streamId, state);
            }
        }
    }

    public void Drop(Guid streamId)
    {
        lock (gate)
        {
            young.Remove(streamId);
            old.Remove(streamId);
        }
    }

    public void Clear()
    {
        lock (gate)
        {
            young = [];
            old = [];
        }
    }

    private void Put(Guid streamId, CachedState state)
    {
        if (young.Count >= capacity / 2 && !young.ContainsKey(streamId))
        {
            old = young;
            young = [];
        }

        young[streamId] = state;
    }
}
