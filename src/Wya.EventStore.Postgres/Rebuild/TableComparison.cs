using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What two sets of a read model's tables have not in common, at one position of the log.</summary>
public sealed record ReadModelDifference(long Position, IReadOnlyList<TableDifference> Tables)
{
    public long Rows => Tables.Sum(table => table.Rows);

    public bool IsNone => Rows == 0;
}

/// <param name="OnlyLive">Rows whose key only the live table has.</param>
/// <param name="OnlyFolded">Rows whose key only the folded table has.</param>
/// <param name="Unequal">Rows that both have, with different values.</param>
public sealed record TableDifference(string Table, long OnlyLive, long OnlyFolded, long Unequal)
{
    public long Rows => OnlyLive + OnlyFolded + Unequal;

    public override string ToString() => $"{Table}: {OnlyLive} only live, {OnlyFolded} only rebuilt, {Unequal} unequal";
}

/// <summary>
/// Compares tables set-based in the database, in whatever snapshot the connection has: one full join on the key a table.
/// Columns that only one of them has are left out, so that a model that gained one can still be compared.
/// </summary>
internal static class TableComparison
{
    private sealed record Shape(string Name, string Cast, bool IsKey);

    public static async Task<ReadModelDifference> Compare(
        NpgsqlConnection connection, ReadModel model, string live, string folded, long position, CancellationToken ct)
    {
        List<TableDifference> tables = [];
        foreach (ITable table in model.Tables)
        {
            List<Shape> columns = await CommonColumns(connection, $"{live}.{table.Name}", $"{folded}.{table.Name}", ct).ConfigureAwait(false);
            string sql = columns.Any(column => column.IsKey) ? JoinSql(columns, live, folded, table.Name) : ApartSql(live, folded, table.Name);
            tables.Add((await connection.Query(
                sql, row => new TableDifference(table.Name, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2)), ct).ConfigureAwait(false))[0]);
        }

        return new ReadModelDifference(position, tables);
    }

    private static string JoinSql(List<Shape> columns, string live, string folded, string table)
    {
        string names = string.Join(", ", columns.Select(column => $"{Sql.Quoted(column.Name)}{column.Cast} as {Sql.Quoted(column.Name)}"));
        string key = string.Join(" and ", columns.Where(column => column.IsKey).Select(column => Same(column, "=")));
        string values = string.Join(" or ", columns.Where(column => !column.IsKey).Select(column => Same(column, "is distinct from")));
        return
            $"""
            select count(*) filter (where f."in folded" is null), count(*) filter (where l."in live" is null),
                   count(*) filter (where l."in live" and f."in folded" and ({(values.Length == 0 ? "false" : values)}))
              from (select true as "in live", {names} from {live}.{table}) l
              full join (select true as "in folded", {names} from {folded}.{table}) f on {key}
            """;
    }

    /// <summary>Nothing to match rows by: all of them differ.</summary>
    private static string ApartSql(string live, string folded, string table) =>
        $"select (select count(*) from {live}.{table}), (select count(*) from {folded}.{table}), 0::bigint";

    private static string Same(Shape column, string comparison) => $"l.{Sql.Quoted(column.Name)} {comparison} f.{Sql.Quoted(column.Name)}";

    private static Task<List<Shape>> CommonColumns(NpgsqlConnection connection, string live, string folded, CancellationToken ct) =>
        connection.Query(
            """
            select a.attname, a.atttypid = 'json'::regtype,
                   coalesce(a.attnum = any(i.indkey::smallint[]), false)
              from pg_attribute a
              join pg_attribute b on b.attrelid = to_regclass($1) and b.attname = a.attname and b.atttypid = a.atttypid and not b.attisdropped
              left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
             where a.attrelid = to_regclass($2) and a.attnum > 0 and not a.attisdropped
             order by a.attnum
            """,
            row => new Shape(row.GetString(0), row.GetBoolean(1) ? "::text" : "", row.GetBoolean(2)),
            ct,
            Sql.Value(live),
            Sql.Value(folded));
}
