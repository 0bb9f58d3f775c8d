using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// What a slice's transaction holds besides the consumer's own rows. Two kinds: the end of a page of the log, and the end
/// of a retry of parked streams.
/// </summary>
internal interface ISliceEnd
{
    /// <summary>How long the search for culprits may take; null: as long as it takes.</summary>
    TimeSpan? SearchTime { get; }

    /// <summary>Whether events of the stream are only noted.</summary>
    bool IsParked(Guid streamId);

    /// <summary>Refuses the transaction of a stale leader, and moves the position.</summary>
    /// <param name="isLast">No slice follows this one.</param>
    NpgsqlBatchCommand Fence(Slice slice, bool isLast);

    /// <summary>The bookkeeping of what became of the events.</summary>
    IEnumerable<NpgsqlBatchCommand> Bookkeeping(Slice slice);

    /// <param name="answered">The ids that the bookkeeping answered with.</param>
    void Committed(Slice slice, bool isLast, IReadOnlyList<Guid> answered);
}
