using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The tables of a read model in a schema: created beside the live ones with the same rights, and exchanged with them.
/// A table keeps its constraints, indexes and foreign keys when it changes its schema; index names belong to a schema,
/// so both sets are named as in the definition.
/// </summary>
internal static class ModelTables
{
    public static string DropSql(ReadModel model, string schema) =>
        $"drop table if exists {string.Join(", ", model.Tables.Reverse().Select(table => $"{schema}.{table.Name}"))}";

    public static async Task<bool> Exist(NpgsqlConnection connection, ReadModel model, string schema, CancellationToken ct) =>
        (await connection.Query(
            "select bool_and(to_regclass(name) is not null) from unnest($1) name", row => row.GetBoolean(0), ct, Names(model, schema))
            .ConfigureAwait(false))[0];

    public static async Task<bool> AnyExists(NpgsqlConnection connection, ReadModel model, string schema, CancellationToken ct) =>
        (await connection.Query(
            "select bool_or(to_regclass(name) is not null) from unnest($1) name", row => row.GetBoolean(0), ct, Names(model, schema))
            .ConfigureAwait(false))[0];

    /// <summary>Empty tables, open to the same roles as the live ones.</summary>
    public static async Task Create(NpgsqlConnection connection, LogDatabase database, ReadModel model, CancellationToken ct)
    {
        await connection.Execute(DropSql(model, database.ShadowSchema), ct).ConfigureAwait(false);
        foreach (ITable table in model.Tables)
        {
            await connection.Execute(table.CreateSql(database.ShadowSchema), ct).ConfigureAwait(false);
            List<string> grants = await connection.Query(
                """
                select format('grant %s on %I.%I to %s%s', a.privilege_type, $2, c.relname,
                              case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end,
                              case when a.is_grantable then ' with grant option' else '' end)
                  from pg_class c, aclexplode(c.relacl) a
                 where c.oid = to_regclass($1) and a.grantee <> c.relowner
                """,
                row => row.GetString(0),
                ct,
                Sql.Value($"{database.ReadSchema}.{table.Name}"),
                Sql.Value(database.ShadowSchema)).ConfigureAwait(false);
            foreach (string grant in grants)
            {
                await connection.Execute(grant, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>What would stay with the replaced tables: foreign keys and views of others on them.</summary>
    public static Task<List<string>> OutsideDependents(NpgsqlConnection connection, LogDatabase database, ReadModel model, CancellationToken ct) =>
        connection.Query(
            """
            with own as (select to_regclass(name)::oid as oid from unnest($1) name where to_regclass(name) is not null)
            select conrelid::regclass::text from pg_constraint
             where contype = 'f' and confrelid in (select oid from own) and conrelid not in (select oid from own)
            union
            select r.ev_class::regclass::text from pg_depend d join pg_rewrite r on r.oid = d.objid and d.classid = 'pg_rewrite'::regclass
             where d.refclassid = 'pg_class'::regclass and d.refobjid in (select oid from own) and r.ev_class not in (select oid from own)
            """,
            row => row.GetString(0),
            ct,
            Names(model, database.ReadSchema));

    /// <summary>
    /// Within the transaction: the live tables go to the retired schema, and those of <paramref name="from"/> (shadow or
    /// retired) become the live ones. All are locked first, in one order, so that nobody sees one exchanged and another not.
    /// </summary>
    public static async Task Swap(NpgsqlConnection connection, LogDatabase database, ReadModel model, string from, CancellationToken ct)
    {
        string live = database.ReadSchema, shadow = database.ShadowSchema, retired = database.RetiredSchema;
        List<string> present = await connection.Query(
            "select name from unnest($1) name where to_regclass(name) is not null", row => row.GetString(0), ct, Names(model, live)).ConfigureAwait(false);
        if (present.Count > 0)
        {
            await connection.Execute($"lock table {string.Join(", ", present)} in access exclusive mode", ct).ConfigureAwait(false);
        }

        bool back = from == retired;
        List<string> statements = [DropSql(model, back ? shadow : retired)];
        statements.AddRange(Move(model, live, back ? shadow : retired));
        statements.AddRange(Move(model, from, live));
        if (back)
        {
            statements.AddRange(Move(model, shadow, retired));
        }

        await connection.Execute(string.Join("; ", statements), ct).ConfigureAwait(false);
    }

    private static IEnumerable<string> Move(ReadModel model, string from, string to) =>
        model.Tables.Select(table => $"alter table if exists {from}.{table.Name} set schema {to}");

    private static NpgsqlParameter Names(ReadModel model, string schema) =>
        Sql.Value(model.Tables.Select(table => $"{schema}.{table.Name}").ToArray());
}
