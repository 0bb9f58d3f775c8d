namespace Wya.EventStore.Postgres;

/// <summary>Which streams a consumer has parked, as its leader knows them; only the leader parks and frees.</summary>
internal sealed class ParkedStreams
{
    private readonly HashSet<Guid> streams = [];

    public int Count => streams.Count;

    /// <summary>Not before this time is a retry due; null when none is.</summary>
    public DateTimeOffset? NextRetry { get; private set; }

    public bool Contains(Guid streamId) => streams.Count > 0 && streams.Contains(streamId);

    /// <param name="nextRetry">Null: none by itself.</param>
    public void Add(Guid streamId, DateTimeOffset? nextRetry)
    {
        streams.Add(streamId);
        if (nextRetry is not null && (NextRetry is null || nextRetry < NextRetry))
        {
            NextRetry = nextRetry;
        }
    }

    public void Free(Guid streamId) => streams.Remove(streamId);

    public void RetryNotBefore(DateTimeOffset? time) => NextRetry = time;

    /// <summary>An operator may have decided something: look at the table.</summary>
    public void LookAgain() => NextRetry = streams.Count > 0 ? DateTimeOffset.MinValue : null;
}
