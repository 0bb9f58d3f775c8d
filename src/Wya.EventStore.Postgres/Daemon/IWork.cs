using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What a consumer does with events. Two kinds: tables that are folded, and events that are handled one by one.</summary>
internal interface IWork
{
    int PageEventsMax { get; }

    /// <summary>True when <see cref="Do"/> writes by itself and must be called inside the transaction.</summary>
    bool WritesDirectly { get; }

    /// <summary>
    /// False when there is nothing to do for the event, whatever the rows are: a page of such events is passed over. True in doubt.
    /// </summary>
    bool Concerns(RecordedEvent recorded);

    /// <summary>Takes the slice's events in order, and returns the statements still to be sent in the same transaction.</summary>
    Task<IReadOnlyList<NpgsqlBatchCommand>> Do(Slice slice, NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken ct);

    /// <summary>Forgets what it remembers of its rows: the transaction failed, or somebody else may have written them.</summary>
    void Forget();
}
