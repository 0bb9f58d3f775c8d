using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>A column that two tables have in common, and how its values may be shown to an operator.</summary>
/// <param name="Cast">Where its type cannot be compared.</param>
/// <param name="IsOpen">
/// Ids, numbers, times, yes and no, and words of a list that the schema closes. Anything else may be what somebody wrote, or
/// is sealed: it is shown as a mark that tells equal values from different ones, and no more.
/// </param>
internal sealed record ComparedColumn(string Name, string Cast, bool IsKey, bool IsOpen)
{
    public static Task<List<ComparedColumn>> Of(NpgsqlConnection connection, string live, string folded, CancellationToken ct) =>
        connection.Query(
            """
            select a.attname, a.atttypid = 'json'::regtype,
                   coalesce(a.attnum = any(i.indkey::smallint[]), false),
                   a.atttypid = any('{uuid,bool,int2,int4,int8,numeric,float4,float8,timestamptz,timestamp}'::regtype[]) or t.typtype = 'e'
                   or exists (select from pg_constraint c where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]
                                and pg_get_constraintdef(c.oid) ~ '= ANY \(+ARRAY\[')
              from pg_attribute a
              join pg_attribute b on b.attrelid = to_regclass($1) and b.attname = a.attname and b.atttypid = a.atttypid and not b.attisdropped
              join pg_type t on t.oid = a.atttypid
              left join pg_index i on i.indrelid = a.attrelid and i.indisprimary
             where a.attrelid = to_regclass($2) and a.attnum > 0 and not a.attisdropped
             order by a.attnum
            """,
            row => new ComparedColumn(row.GetString(0), row.GetBoolean(1) ? "::text" : "", row.GetBoolean(2), row.GetBoolean(3)),
            ct,
            Sql.Value(live),
            Sql.Value(folded));

    /// <summary>A row as JSON.</summary>
    /// <param name="row">Its name in the statement; null is a row that is not there.</param>
    /// <param name="salt">The parameter that the marks are made with. Nobody keeps it, so a mark says nothing to who guesses.</param>
    public static string Masked(IEnumerable<ComparedColumn> columns, string row, string salt) =>
        $"jsonb_build_object({string.Join(", ", columns.Select(column => $"'{column.Name.Replace("'", "''", StringComparison.Ordinal)}', {column.Shown(row, salt)}"))})";

    private string Shown(string row, string salt)
    {
        string value = $"{row}.{Sql.Quoted(Name)}";
        return IsOpen
            ? $"to_jsonb({value})"
            : $"case when {value} is null then null else to_jsonb('masked ' || left(md5({salt} || {value}::text), 10)) end";
    }
}
