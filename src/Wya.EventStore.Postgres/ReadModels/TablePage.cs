using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Folds a page in memory and writes it set-based: one select for the rows it needs, one delete and one upsert for the
/// rows it changed, whatever the number of events. A page of 10,000 events that touches 1,000 rows writes 1,000 rows.
/// </summary>
internal sealed class TablePage<TKey, TRow>(Table<TKey, TRow> table) : ITablePage
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, TRow?> rows = [];
    private readonly HashSet<TKey> unknown = [];
    private readonly HashSet<TKey> assumed = [];
    private readonly HashSet<TKey> changed = [];
    private readonly List<TKey> touched = [];
    private readonly List<(TKey Key, TRow? Row)> next = [];
    private string? loadSql;
    private string? upsertSql;
    private string? deleteSql;
    private string? sqlSchema;

    public int Count => rows.Count;

    public void Touch(RecordedEvent recorded)
    {
        touched.Clear();
        table.Keys(recorded, touched);
        bool begins = touched.Count > 0 && table.Begins(recorded);
        foreach (TKey key in touched)
        {
            if (begins && !rows.ContainsKey(key) && !unknown.Contains(key))
            {
                rows[key] = null;
                assumed.Add(key);
            }
            else if (!rows.ContainsKey(key) || (!begins && assumed.Remove(key)))
            {
                unknown.Add(key); // an event that begins a row may turn out to have been recorded before: who builds on it looks
            }
        }
    }

    public NpgsqlBatchCommand? Load(string schema)
    {
        if (unknown.Count == 0)
        {
            return null;
        }

        Prepare(schema);
        return Command(loadSql!, table.KeyColumns, [.. unknown]);
    }

    public async Task Loaded(NpgsqlDataReader reader, CancellationToken ct)
    {
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            (TKey key, TRow row) = table.Read(reader);
            rows[key] = row;
            unknown.Remove(key);
        }

        foreach (TKey key in unknown)
        {
            rows[key] = null;
        }

        unknown.Clear();
    }

    public void Apply(RecordedEvent recorded)
    {
        Evolve(recorded);
        Accept();
    }

    public void Evolve(RecordedEvent recorded)
    {
        touched.Clear();
        table.Keys(recorded, touched);
        next.Clear();
        foreach (TKey key in touched)
        {
            next.Add((key, table.Evolve(key, rows[key], recorded)));
        }
    }

    public void Accept()
    {
        foreach ((TKey key, TRow? row) in next)
        {
            rows[key] = row;
            changed.Add(key);
        }
    }

    public IEnumerable<NpgsqlBatchCommand> Write(string schema)
    {
        assumed.Clear();
        if (changed.Count == 0)
        {
            yield break;
        }

        Prepare(schema);
        List<TKey> deleted = [];
        List<TRow> written = [];
        foreach (TKey key in changed)
        {
            if (rows[key] is { } row)
            {
                written.Add(row);
            }
            else
            {
                deleted.Add(key);
            }
        }

        changed.Clear();
        if (deleted.Count > 0)
        {
            yield return Command(deleteSql!, table.KeyColumns, deleted);
        }

        if (written.Count > 0)
        {
            yield return Command(upsertSql!, table.Columns, written);
        }
    }

    /// <summary>A row as it is to be written.</summary>
    internal void Take(TKey key, TRow row)
    {
        rows[key] = row;
        changed.Add(key);
    }

    public void Forget()
    {
        rows.Clear();
        unknown.Clear();
        assumed.Clear();
        changed.Clear();
    }

    internal static NpgsqlBatchCommand Command<T>(string sql, IReadOnlyList<Column<T>> columns, IReadOnlyList<T> values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (Column<T> column in columns)
        {
            command.Parameters.Add(column.Values(values));
        }

        return command;
    }

    private void Prepare(string schema)
    {
        if (sqlSchema == schema)
        {
            return;
        }

        sqlSchema = schema;
        string target = $"{schema}.{table.Name}";
        string keys = string.Join(", ", table.KeyNames);
        string keyMatch = string.Join(" and ", table.KeyNames.Select(name => $"t.{name} = k.{name}"));
        string names = string.Join(", ", table.Columns.Select(column => column.Name));
        string[] others = [.. table.Columns.Where(column => !column.IsKey).Select(column => $"{column.Name} = excluded.{column.Name}")];
        loadSql =
            $"""
            select {string.Join(", ", table.Columns.Select(ReadAs))}
            from {target} t join {Unnest(table.KeyColumns, "k")} on {keyMatch}
            """;
        deleteSql = $"delete from {target} t using {Unnest(table.KeyColumns, "k")} where {keyMatch}";
        upsertSql =
            $"""
            insert into {target} ({names})
            select {string.Join(", ", table.Columns.Select(column => $"v.{column.Name}::{column.Type}"))} from {Unnest(table.Columns, "v")}
            on conflict ({keys}) do {(others.Length == 0 ? "nothing" : "update set " + string.Join(", ", others))}
            """;
    }

    /// <summary>A column of a type that the client has no name for (an enum) is read as what it is written as.</summary>
    internal static string ReadAs(Column<TRow> column) =>
        column.ParameterType == column.Type ? $"t.{column.Name}" : $"t.{column.Name}::{column.ParameterType}";

    internal static string Unnest<T>(IReadOnlyList<Column<T>> columns, string alias) =>
        $"unnest({string.Join(", ", columns.Select((column, i) => $"${i + 1}::{column.ParameterType}[]"))}) "
        + $"as {alias}({string.Join(", ", columns.Select(column => column.Name))})";
}
