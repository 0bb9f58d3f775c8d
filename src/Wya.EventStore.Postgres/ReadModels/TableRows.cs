using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Some rows of one table, named by their keys: which of them an event touches, and what the events make of them. For
/// whoever asks why a row is as it is, and for folding a few rows anew without the rest of the table.
/// </summary>
public interface ITableRows
{
    int Count { get; }

    /// <summary>Adds rows that are stored, by their keys as JSON objects.</summary>
    /// <returns>The number of each, in the order of the keys; null for one that is not there.</returns>
    Task<IReadOnlyList<int?>> AddStored(NpgsqlConnection connection, string schema, string keysAsJson, CancellationToken ct);

    /// <summary>Adds every row that the event touches.</summary>
    void AddTouchedBy(RecordedEvent recorded);

    /// <summary>Adds those rows that the event touches whose key reads so: its columns' values, joined by commas.</summary>
    void AddNamed(RecordedEvent recorded, string key);

    /// <summary>Reads those of the rows that are there; null when none are named.</summary>
    /// <param name="key">What is read of the key, of a row <c>t</c>.</param>
    /// <param name="row">What is read of the row.</param>
    NpgsqlBatchCommand? Read(string schema, string key, string row);

    /// <summary>The numbers of the rows that the event touches.</summary>
    IReadOnlyList<int> TouchedBy(RecordedEvent recorded);

    /// <summary>Computes what the event makes of the rows, and changes nothing; it may throw.</summary>
    void Evolve(RecordedEvent recorded);

    /// <summary>Takes what <see cref="Evolve"/> computed.</summary>
    void Accept();

    /// <summary>Writes the rows into an empty table of the same name in another schema.</summary>
    IEnumerable<NpgsqlBatchCommand> Stage(string schema);

    /// <summary>Removes from the live table those of the rows that are not staged.</summary>
    NpgsqlBatchCommand? Remove(string live, string staged);

    /// <summary>Counts, of what is staged, what the live table has not, and what it has otherwise.</summary>
    string CountSql(string live, string staged);

    /// <summary>Writes what is staged and differs.</summary>
    string WriteSql(string live, string staged);
}

internal sealed class TableRows<TKey, TRow>(Table<TKey, TRow> table) : ITableRows
    where TKey : notnull
    where TRow : class
{
    private readonly Dictionary<TKey, int> numbers = [];
    private readonly List<TKey> keys = [];
    private readonly List<TRow?> rows = [];
    private readonly List<TKey> touched = [];
    private readonly List<(int Number, TRow? Row)> next = [];

    public int Count => keys.Count;

    public async Task<IReadOnlyList<int?>> AddStored(NpgsqlConnection connection, string schema, string keysAsJson, CancellationToken ct)
    {
        string match = string.Join(" and ", table.KeyNames.Select(name => $"t.{name} = k.{name}"));
        string columns = string.Join(", ", table.Columns.Select(TablePage<TKey, TRow>.ReadAs));
        await using var command = new NpgsqlCommand(
            $"""
            select {columns}, given.number from jsonb_array_elements($1) with ordinality given(key, number)
             cross join lateral jsonb_populate_record(null::{schema}.{table.Name}, given.key) k
              join {schema}.{table.Name} t on {match}
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = keysAsJson, NpgsqlDbType = NpgsqlTypes.NpgsqlDbType.Jsonb });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<long, int> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found[reader.GetInt64(table.Columns.Count)] = Add(table.Read(reader).Key);
        }

        return [.. Enumerable.Range(1, System.Text.Json.JsonElement.Parse(keysAsJson).GetArrayLength()).Select(number => found.TryGetValue(number, out int at) ? at : (int?)null)];
    }

    public void AddTouchedBy(RecordedEvent recorded)
    {
        Touch(recorded);
        touched.ForEach(key => Add(key));
    }

    public void AddNamed(RecordedEvent recorded, string key)
    {
        Touch(recorded);
        foreach (TKey candidate in touched)
        {
            if (!numbers.ContainsKey(candidate) && string.Join(',', table.KeyColumns.Select(column => column.Text(candidate))) == key)
            {
                Add(candidate);
            }
        }
    }

    public NpgsqlBatchCommand? Read(string schema, string key, string row) => keys.Count == 0 ? null : TablePage<TKey, TRow>.Command(
        $"select {key}, {row} from {schema}.{table.Name} t join {TablePage<TKey, TRow>.Unnest(table.KeyColumns, "k")} on {Match("t", "k")}",
        table.KeyColumns,
        keys);

    public IReadOnlyList<int> TouchedBy(RecordedEvent recorded)
    {
        Touch(recorded);
        List<int> found = [];
        foreach (TKey key in touched)
        {
            if (numbers.TryGetValue(key, out int number))
            {
                found.Add(number);
            }
        }

        return found;
    }

    public void Evolve(RecordedEvent recorded)
    {
        next.Clear();
        foreach (int number in TouchedBy(recorded))
        {
            next.Add((number, table.Evolve(keys[number], rows[number], recorded)));
        }
    }

    public void Accept()
    {
        foreach ((int number, TRow? row) in next)
        {
            rows[number] = row;
        }
    }

    public IEnumerable<NpgsqlBatchCommand> Stage(string schema)
    {
        var page = new TablePage<TKey, TRow>(table);
        for (int number = 0; number < keys.Count; number++)
        {
            if (rows[number] is { } row)
            {
                page.Take(keys[number], row);
            }
        }

        return page.Write(schema);
    }

    public NpgsqlBatchCommand? Remove(string live, string staged) => keys.Count == 0 ? null : TablePage<TKey, TRow>.Command(
        $"""
        delete from {live}.{table.Name} t using {TablePage<TKey, TRow>.Unnest(table.KeyColumns, "k")}
        where {Match("t", "k")} and not exists (select from {staged}.{table.Name} s where {Match("t", "s")})
        """,
        table.KeyColumns,
        keys);

    public string CountSql(string live, string staged) =>
        $"""
        select count(*) filter (where l.{table.KeyNames[0]} is null), count(*) filter (where l.{table.KeyNames[0]} is not null and to_jsonb(l) <> to_jsonb(s))
          from {staged}.{table.Name} s left join {live}.{table.Name} l on {Match("l", "s")}
        """;

    public string WriteSql(string live, string staged)
    {
        string names = string.Join(", ", table.ColumnNames);
        string[] others = [.. table.Columns.Where(column => !column.IsKey).Select(column => $"{column.Name} = excluded.{column.Name}")];
        return
            $"""
            insert into {live}.{table.Name} ({names}) select {names} from {staged}.{table.Name} s
             where not exists (select from {live}.{table.Name} l where {Match("l", "s")} and to_jsonb(l) = to_jsonb(s))
            on conflict ({string.Join(", ", table.KeyNames)}) do {(others.Length == 0 ? "nothing" : "update set " + string.Join(", ", others))}
            """;
    }

    private string Match(string left, string right) => string.Join(" and ", table.KeyNames.Select(name => $"{left}.{name} = {right}.{name}"));

    private void Touch(RecordedEvent recorded)
    {
        touched.Clear();
        table.Keys(recorded, touched);
    }

    private int Add(TKey key)
    {
        if (!numbers.TryGetValue(key, out int number))
        {
            numbers[key] = number = keys.Count;
            keys.Add(key);
            rows.Add(null);
        }

        return number;
    }
}
