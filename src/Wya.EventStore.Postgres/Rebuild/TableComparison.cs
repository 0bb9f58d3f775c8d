using System.Security.Cryptography;
using System.Text;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>What two sets of a read model's tables have not in common, at one position of the log.</summary>
/// <param name="Fingerprint">Of exactly these rows with these values: who approves a difference says by it which one they have seen.</param>
public sealed record ReadModelDifference(long Position, IReadOnlyList<TableDifference> Tables, string Fingerprint)
{
    public long Rows => Tables.Sum(table => table.Rows);

    public bool IsNone => Rows == 0;
}

/// <param name="Added">Rows whose key only the folded table has.</param>
/// <param name="Removed">Rows whose key only the live table has.</param>
/// <param name="Changed">Rows that both have, with different values.</param>
public sealed record TableDifference(string Table, long Added, long Removed, long Changed)
{
    public long Rows => Added + Removed + Changed;

    public override string ToString() => $"{Table}: {Added} added, {Removed} removed, {Changed} changed";
}

/// <summary>
/// Compares tables set-based in the database, in whatever snapshot the connection has: one full join on the key a table.
/// Columns that only one of them has are left out, so that a model that gained one can still be compared.
/// </summary>
internal static class TableComparison
{
    public static async Task<ReadModelDifference> Compare(
        NpgsqlConnection connection, ReadModel model, string live, string folded, long position, CancellationToken ct)
    {
        List<TableDifference> tables = [];
        StringBuilder digests = new();
        foreach (ITable table in model.Tables)
        {
            IReadOnlyList<ComparedColumn> columns = await ComparedColumn.Of(connection, $"{live}.{table.Name}", $"{folded}.{table.Name}", ct).ConfigureAwait(false);
            string sql = columns.Any(column => column.IsKey) ? JoinSql(columns, live, folded, table.Name) : ApartSql(live, folded, table.Name);
            (TableDifference difference, string digest) = (await connection.Query(
                sql, row => (new TableDifference(table.Name, row.GetInt64(1), row.GetInt64(0), row.GetInt64(2)), row.GetString(3)), ct).ConfigureAwait(false))[0];
            tables.Add(difference);
            digests.Append(difference).Append(' ').Append(digest).Append('\n');
        }

        return new ReadModelDifference(position, tables, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(digests.ToString())))[..16]);
    }

    /// <summary>The rows that differ, each with the row of one side or both: <c>l</c> of the live table, <c>f</c> of the folded.</summary>
    public static string DifferingSql(IReadOnlyList<ComparedColumn> columns, string live, string folded, string table)
    {
        string names = string.Join(", ", columns.Select(column => $"{Sql.Quoted(column.Name)}{column.Cast} as {Sql.Quoted(column.Name)}"));
        string key = string.Join(" and ", columns.Where(column => column.IsKey).Select(column => Same(column, "=")));
        return
            $"""
            from (select true as "in live", {names} from {live}.{table}) l
              full join (select true as "in folded", {names} from {folded}.{table}) f on {key}
            """;
    }

    /// <summary>Whether two rows that were joined are not the same.</summary>
    public static string Unequal(IReadOnlyList<ComparedColumn> columns)
    {
        string values = string.Join(" or ", columns.Where(column => !column.IsKey).Select(column => Same(column, "is distinct from")));
        return $"(l.\"in live\" and f.\"in folded\" and ({(values.Length == 0 ? "false" : values)}))";
    }

    /// <summary>The digest is a sum, so that the order of the rows does not matter.</summary>
    private static string JoinSql(IReadOnlyList<ComparedColumn> columns, string live, string folded, string table) =>
        $"""
        select count(*) filter (where f."in folded" is null), count(*) filter (where l."in live" is null), count(*) filter (where {Unequal(columns)}),
               coalesce(sum(hashtextextended(concat(l::text, '|', f::text), 0)::numeric) filter (where f."in folded" is null or l."in live" is null or {Unequal(columns)}), 0)::text
          {DifferingSql(columns, live, folded, table)}
        """;

    /// <summary>Nothing to match rows by: all of them differ.</summary>
    private static string ApartSql(string live, string folded, string table) =>
        $"select (select count(*) from {live}.{table}), (select count(*) from {folded}.{table}), 0::bigint, ''";

    private static string Same(ComparedColumn column, string comparison) => $"l.{Sql.Quoted(column.Name)} {comparison} f.{Sql.Quoted(column.Name)}";
}
