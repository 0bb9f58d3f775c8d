using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>One table of a read model, whatever its row.</summary>
public interface ITable
{
    string Name { get; }

    IReadOnlyList<string> ColumnNames { get; }

    /// <summary>Of the columns that make the key, in its order.</summary>
    IReadOnlyList<string> KeyNames { get; }

    /// <summary>The keys of the rows that an event touches, each as the texts of its parts.</summary>
    IReadOnlyList<IReadOnlyList<string>> Touched(RecordedEvent recorded);

    /// <summary>Creates the table with its constraints and indexes in a schema; <c>{schema}</c> has been filled in.</summary>
    string CreateSql(string schema);

    /// <summary>Whether the event touches any row.</summary>
    bool Concerns(RecordedEvent recorded);

    /// <summary>An empty working set, in which a page of events is folded before it is written.</summary>
    ITablePage NewPage();

    /// <summary>An empty choice of single rows.</summary>
    ITableRows NewRows();
}

/// <summary>
/// The rows of one table that a page of events touches. Use: <see cref="Touch"/> every event, <see cref="Load"/> once,
/// <see cref="Apply"/> every event in order, <see cref="Write"/> once. It may be used again for the next page of the
/// same writer: rows seen before are not loaded again.
/// </summary>
public interface ITablePage
{
    /// <summary>Notes which rows an event will touch.</summary>
    void Touch(RecordedEvent recorded);

    /// <summary>The statement that reads the touched rows that are not known yet; null when there are none.</summary>
    NpgsqlBatchCommand? Load(string schema);

    /// <summary>Takes the result of <see cref="Load"/>.</summary>
    Task Loaded(NpgsqlDataReader reader, CancellationToken ct);

    /// <summary>Folds one event. If it throws, no row has changed.</summary>
    void Apply(RecordedEvent recorded);

    /// <summary>
    /// The first half of <see cref="Apply"/>: computes, and may throw, but changes nothing. For a read model of several
    /// tables, which must all take an event or none.
    /// </summary>
    void Evolve(RecordedEvent recorded);

    /// <summary>The second half: takes what <see cref="Evolve"/> computed. Never throws.</summary>
    void Accept();

    /// <summary>The statements that write what has changed since the last call: deletes, then upserts.</summary>
    IEnumerable<NpgsqlBatchCommand> Write(string schema);

    /// <summary>Rows held in memory.</summary>
    int Count { get; }

    /// <summary>Forgets all rows, because somebody else may have written them.</summary>
    void Forget();
}

/// <summary>
/// A table whose rows are a pure fold of events: which rows an event touches (<see cref="Keys"/>), and what it makes of
/// each (<see cref="Evolve"/>). The same fold serves inline, in the daemon, and in a rebuild.
/// </summary>
public abstract class Table<TKey, TRow> : ITable
    where TKey : notnull
    where TRow : class
{
    private string[]? keyNames;

    public abstract string Name { get; }

    public IReadOnlyList<string> ColumnNames => [.. Columns.Select(column => column.Name)];

    /// <summary>Key columns first, in the order of the key.</summary>
    public abstract IReadOnlyList<Column<TRow>> Columns { get; }

    /// <summary>The key as its own columns, to look rows up by: same names and order as the key columns.</summary>
    public abstract IReadOnlyList<Column<TKey>> KeyColumns { get; }

    /// <inheritdoc/>
    public abstract string CreateSql(string schema);

    /// <summary>Adds the keys of the rows that the event touches; none for an event that does not concern the table.</summary>
    public abstract void Keys(RecordedEvent recorded, ICollection<TKey> keys);

    /// <summary>The event is the first that its rows hear of, so that nothing need be looked up for it.</summary>
    public virtual bool Begins(RecordedEvent recorded) => false;

    /// <summary>The row after the event; null when there is no row any more. Never the clock's time: the event's.</summary>
    public abstract TRow? Evolve(TKey key, TRow? row, RecordedEvent recorded);

    /// <summary>A row as <c>select</c>ed in the order of <see cref="Columns"/>.</summary>
    public abstract (TKey Key, TRow Row) Read(NpgsqlDataReader reader);

    public bool Concerns(RecordedEvent recorded)
    {
        List<TKey> keys = [];
        Keys(recorded, keys);
        return keys.Count > 0;
    }

    public ITablePage NewPage() => new TablePage<TKey, TRow>(this);

    public IReadOnlyList<string> KeyNames => keyNames ??= [.. KeyColumns.Select(column => column.Name)];

    public IReadOnlyList<IReadOnlyList<string>> Touched(RecordedEvent recorded)
    {
        List<TKey> keys = [];
        Keys(recorded, keys);
        return [.. keys.Select(key => KeyColumns.Select(column => column.Text(key)).ToArray())];
    }

    public ITableRows NewRows() => new TableRows<TKey, TRow>(this);
}
