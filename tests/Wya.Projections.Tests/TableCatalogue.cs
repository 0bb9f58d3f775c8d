using Npgsql;

namespace Wya.Projections.Tests;

/// <summary>A table as the database's own catalogue tells it: columns, constraints and indexes, a line each, in their order.</summary>
internal static class TableCatalogue
{
    /// <returns>Without the schema's name, so that two tables of one name in two schemas can be compared.</returns>
    public static async Task<List<string>> Describe(NpgsqlConnection connection, string schema, string table)
    {
        // A database may name a column's being there as a constraint; the column's own line says that already.
        await using var command = new NpgsqlCommand(
            """
            select format('column %s %s %s not null %s default %s', attnum, attname, format_type(atttypid, atttypmod), attnotnull,
                          pg_get_expr(adbin, adrelid))
              from pg_attribute a left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
             where attrelid = $1::regclass and attnum > 0 and not attisdropped
            union all
            select format('constraint %s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid = $1::regclass and contype <> 'n'
            union all
            select format('index %s', pg_get_indexdef(indexrelid)) from pg_index where indrelid = $1::regclass
            order by 1
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{schema}.{table}" });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0).Replace($"{schema}.", "", StringComparison.Ordinal));
        }

        return lines;
    }
}
