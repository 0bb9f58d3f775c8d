using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Cli;

/// <summary>A database, as the application's role sees it: whether it may what it must, and no more; and whether the server keeps what it is given.</summary>
internal static class DatabaseCheckup
{
    private const string Migrating = "Run wya migrate, with this build.";
    private const int ServerVersionLeast = 15;

    private static readonly TimeSpan SkewSoon = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SkewMax = TimeSpan.FromSeconds(30);

    private static readonly (string Table, string Trigger)[] Guards =
    [
        ("mt_events", "wya_append_only"), ("mt_events", "wya_append_only_truncate"), ("mt_streams", "wya_keep_streams"), ("mt_streams", "wya_keep_streams_truncate"),
        ("wya_dead_letter_decisions", "wya_keep_decisions"), ("wya_chain", "wya_append_only"), ("wya_chain", "wya_append_only_truncate"),
    ];

    private static readonly (string Table, string Rights)[] Needed =
    [
        ("mt_events", "SELECT"), ("mt_streams", "SELECT"), ("wya_log_head", "SELECT"), ("mt_event_progression", "SELECT,INSERT,UPDATE,DELETE"),
        ("wya_projections", "SELECT,INSERT,UPDATE,DELETE"), ("wya_parked_streams", "SELECT,INSERT,UPDATE,DELETE"), ("wya_parked_events", "SELECT,INSERT,UPDATE,DELETE"),
        ("wya_rebuilds", "SELECT,INSERT,UPDATE,DELETE"), ("wya_rebuild_passed", "SELECT,INSERT,UPDATE,DELETE"), ("wya_dead_letter_decisions", "SELECT,INSERT"),
    ];

    private static readonly string[] KeyGuards = ["wya_keep_destroyed", "wya_keep_destroyed_truncate"];
    private static readonly string[] Durable = ["fsync", "full_page_writes"];
    private static readonly string[] OwnSchemas = ["public", "shadow", "retired"];
    private static readonly string[] Changes = ["INSERT", "UPDATE", "DELETE", "TRUNCATE"];
    private static readonly string[] Guarded = ["mt_events", "mt_streams", "wya_claims", "wya_chain"];

    public static async Task Log(Surroundings here, DomainDefinition domain, Diagnosis found, CancellationToken ct)
    {
        string about = $"{domain.Name} database";
        await using Patient? patient = await Patient.Open(here, domain.Name, found, ct).ConfigureAwait(false);
        if (patient is null)
        {
            return;
        }

        await Server(patient, about, here.Clock, found).ConfigureAwait(false);
        await Role(patient, about, found).ConfigureAwait(false);
        if (!await patient.Is("to_regclass('log.wya_migrations') is not null").ConfigureAwait(false))
        {
            found.Fault(about, "migrations", "It has never been migrated.", Migrating);
            return;
        }

        await HostsCheckup.Look(patient, about, "log", found, ct).ConfigureAwait(false);

        await Schema(patient, about, domain, found).ConfigureAwait(false);
        await Rights(patient, about, found).ConfigureAwait(false);
        found.None(
            about, "triggers",
            await patient.Missing(Guards.Select(guard => ($"{guard.Trigger} on {guard.Table}", $"exists (select from pg_trigger where tgrelid = to_regclass('log.{guard.Table}') and tgname = '{guard.Trigger}' and tgenabled = 'A')"))).ConfigureAwait(false),
            "The log's guards are in force for everybody.", "Guards that are missing or not always enabled",
            "As the owner: alter table log.… enable always trigger …; then find out who disabled it, and run wya audit verify.");
    }

    public static async Task Keys(Surroundings here, Diagnosis found, CancellationToken ct)
    {
        const string About = "keys database";
        await using Patient? patient = await Patient.Open(here, KeysSchema.Name, found, ct).ConfigureAwait(false);
        if (patient is null)
        {
            return;
        }

        await Server(patient, About, here.Clock, found).ConfigureAwait(false);
        await HostsCheckup.Look(patient, About, null, found, ct).ConfigureAwait(false);
        await Role(patient, About, found).ConfigureAwait(false);
        if (!await patient.Is("to_regclass('public.subject_keys') is not null").ConfigureAwait(false))
        {
            found.Fault(About, "migrations", "It has never been migrated.", Migrating);
            return;
        }

        found.None(
            About, "triggers",
            await patient.Missing(KeyGuards.Select(name => (name, $"exists (select from pg_trigger where tgrelid = 'public.subject_keys'::regclass and tgname = '{name}' and tgenabled in ('O', 'A'))"))).ConfigureAwait(false),
            "A destroyed key stays destroyed.", "Guards that are missing or disabled", "As the owner: alter table subject_keys enable trigger …; then find out who disabled it.");
    }

    private static async Task Server(Patient patient, string about, TimeProvider clock, Diagnosis found)
    {
        if (patient.MajorVersion < ServerVersionLeast)
        {
            found.Fault(about, "version", $"The server is PostgreSQL {patient.MajorVersion}.", $"Use PostgreSQL {ServerVersionLeast} or later.");
        }

        found.None(
            about, "durability",
            await patient.Missing(Durable.Select(name => (name, $"current_setting('{name}') = 'on'"))
                .Append(("synchronous_commit", "current_setting('synchronous_commit') <> 'off'"))).ConfigureAwait(false),
            "What is committed is on the disk.", "Settings that lose what was committed", "Set them back to on in postgresql.conf, and reload.");
        if (!await patient.Is("current_setting('archive_mode') <> 'off' or current_setting('wal_level') = 'logical'").ConfigureAwait(false))
        {
            found.Weak(about, "archive", "The write-ahead log is not archived: a backup can be restored, but no moment after it.", "Set archive_mode and archive_command: see “Restore a backup”.");
        }

        if (!await patient.Is("current_setting('data_checksums') = 'on'").ConfigureAwait(false))
        {
            found.Weak(about, "checksums", "Pages have no checksums: what a disk changes by itself is not noticed.", "With the server stopped: pg_checksums --enable.");
        }

        if (!await patient.Is("current_setting('autovacuum') = 'on'").ConfigureAwait(false))
        {
            found.Weak(about, "autovacuum", "Autovacuum is off.", "Set autovacuum = on.");
        }

        DateTimeOffset before = clock.GetUtcNow();
        DateTimeOffset there = await patient.Now().ConfigureAwait(false);
        DateTimeOffset after = clock.GetUtcNow();
        TimeSpan skew = there < before ? before - there : there > after ? there - after : TimeSpan.Zero;
        if (skew > SkewSoon)
        {
            string what = $"Its clock and this machine's are {Visible.Count((long)skew.TotalSeconds, "second")} apart.";
            const string Do = "Let both keep time by NTP: sessions, leases and retries are counted by clocks.";
            if (skew > SkewMax)
            {
                found.Fault(about, "clock", what, Do);
            }
            else
            {
                found.Weak(about, "clock", what, Do);
            }
        }
        else
        {
            found.Good(about, "clock", "It goes with this machine's.");
        }
    }

    private static async Task Role(Patient patient, string about, Diagnosis found)
    {
        found.None(
            about, "role",
            await patient.Missing(
            [
                ("superuser", "not (select rolsuper from pg_roles where rolname = current_user)"),
                ("createrole", "not (select rolcreaterole from pg_roles where rolname = current_user)"),
                ("createdb", "not (select rolcreatedb from pg_roles where rolname = current_user)"),
                ("bypassrls", "not (select rolbypassrls from pg_roles where rolname = current_user)"),
                ("owner of the database", "not pg_has_role((select datdba from pg_database where datname = current_database()), 'member')"),
            ]).ConfigureAwait(false),
            "The application's role is a plain one.", "The application's role is more than it must be", "Use the role that wya migrate made, and take these from it: alter role … nosuperuser nocreaterole nocreatedb.");
        found.None(
            about, "walls",
            await patient.Missing([("PUBLIC may connect", "not exists (select from pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a where d.datname = current_database() and a.grantee = 0 and a.privilege_type = 'CONNECT')")]).ConfigureAwait(false),
            "No other domain's role may connect.", "The wall around it is open", "As the owner: revoke connect on database … from public.");
    }

    private static async Task Schema(Patient patient, string about, DomainDefinition domain, Diagnosis found)
    {
        found.None(
            about, "migrations",
            await patient.Missing(LogSchema.MigrationNames.Select(name => (name, $"exists (select from log.wya_migrations where name = '{name}')"))).ConfigureAwait(false),
            "All of this build are applied.", "Migrations that are missing", Migrating);
        string names = string.Join(", ", LogSchema.MigrationNames.Select(name => $"'{name}'"));
        found.None(
            about, "newer build", await patient.Texts($"select name from log.wya_migrations where name not in ({names})").ConfigureAwait(false),
            "No newer build has migrated it.", "Migrations of a newer build", "Use that build's programs.");
        found.None(
            about, "read models",
            await patient.Missing(domain.Kept.SelectMany(model => model.Tables).Select(table => (table.Name, Shape(table)))).ConfigureAwait(false),
            "Their tables are those of this build.", "Tables that are missing, or have other columns", Migrating);
        found.None(
            about, "indexes", await patient.Texts("select c.relname from pg_index i join pg_class c on c.oid = i.indexrelid where not i.indisvalid").ConfigureAwait(false),
            "All are valid.", "Indexes that are not valid", "reindex index …");
        found.None(
            about, "extensions", await patient.Missing([("plpgsql", "exists (select from pg_extension where extname = 'plpgsql')")]).ConfigureAwait(false),
            "The one that is needed is there.", "Extensions that are missing", "As the owner: create extension ….");
    }

    private static string Shape(ITable table)
    {
        string columns = string.Join(", ", table.ColumnNames.Select(name => $"'{name}'"));
        return $"""
            (select array_agg(attname::text order by attname) = (select array_agg(name order by name) from unnest(array[{columns}]) as name)
             from pg_attribute where attrelid = to_regclass('public.{table.Name}') and attnum > 0 and not attisdropped)
            """;
    }

    private static async Task Rights(Patient patient, string about, Diagnosis found)
    {
        found.None(
            about, "rights",
            await patient.Missing(
                Needed.SelectMany(one => one.Rights.Split(',').Select(right => ($"{right} on log.{one.Table}", $"has_table_privilege('log.{one.Table}', '{right}')")))
                    .Concat(OwnSchemas.Select(schema => ($"CREATE on {schema}", $"has_schema_privilege('{schema}', 'CREATE')")))
                    .Append(("EXECUTE on log.wya_append", "(select bool_and(has_function_privilege(p.oid, 'EXECUTE')) from pg_proc p where p.pronamespace = 'log'::regnamespace and p.proname = 'wya_append')"))).ConfigureAwait(false),
            "The application's role may what it must.", "Rights that it lacks", Migrating);
        found.None(
            about, "append-only",
            await patient.Missing(Guarded.SelectMany(table => Changes.Select(right =>
                ($"{right} on log.{table}", $"not has_table_privilege('log.{table}', '{right}')")))).ConfigureAwait(false),
            "It may change nothing that is recorded.", "Rights that it must not have", Migrating);
    }
}
