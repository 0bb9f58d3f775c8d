using Npgsql;
using Shouldly;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>The created tables against docs/reference/storage.md: what Marten 9 expects to find.</summary>
public sealed class StorageContractTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    [Theory]
    [InlineData("mt_streams", """
        id uuid not null
        type varchar null
        version bigint null
        timestamp timestamptz not null default now()
        created timestamptz not null default now()
        tenant_id varchar null default '*DEFAULT*'::character varying
        is_archived boolean null default false
        """)]
    [InlineData("mt_events", """
        seq_id bigint not null
        id uuid not null
        stream_id uuid not null
        version bigint not null
        data jsonb not null
        bdata bytea null
        type varchar(500) not null
        timestamp timestamptz not null default now()
        tenant_id varchar null default '*DEFAULT*'::character varying
        mt_dotnet_type varchar null
        correlation_id varchar null
        causation_id varchar null
        headers jsonb null
        is_archived boolean null default false
        """)]
    [InlineData("mt_event_progression", """
        name varchar not null
        last_seq_id bigint null
        last_updated timestamptz null default transaction_timestamp()
        """)]
    [InlineData("mt_high_water_skips", """
        ending_sequence bigint not null
        starting_sequence bigint not null
        timestamp timestamptz not null default now()
        """)]
    public async Task Tables_have_the_columns_that_Marten_reads(string table, string expected)
    {
        string actual = await fixture.Database.Scalar<string>(
            $"""
            select string_agg(column_name || ' ' ||
                case data_type when 'character varying' then 'varchar' || coalesce('(' || character_maximum_length || ')', '')
                               when 'timestamp with time zone' then 'timestamptz' else data_type end
                || case is_nullable when 'YES' then ' null' else ' not null' end
                || coalesce(' default ' || column_default, ''), E'\n' order by ordinal_position)
            from information_schema.columns where table_schema = 'log' and table_name = '{table}'
            """);
        actual.ShouldBe(expected.ReplaceLineEndings("\n"));
    }

    [Theory]
    [InlineData("pkey_mt_events_seq_id", "CREATE UNIQUE INDEX pkey_mt_events_seq_id ON log.mt_events USING btree (seq_id)")]
    [InlineData("pk_mt_events_stream_and_version", "CREATE UNIQUE INDEX pk_mt_events_stream_and_version ON log.mt_events USING btree (stream_id, version)")]
    [InlineData("wya_events_id", "CREATE UNIQUE INDEX wya_events_id ON log.mt_events USING btree (id)")]
    [InlineData("mt_streams_pkey", "CREATE UNIQUE INDEX mt_streams_pkey ON log.mt_streams USING btree (id)")]
    [InlineData("pk_mt_event_progression", "CREATE UNIQUE INDEX pk_mt_event_progression ON log.mt_event_progression USING btree (name)")]
    public async Task Indexes_have_the_names_and_columns_that_Marten_expects(string name, string definition) =>
        (await fixture.Database.Scalar<string>($"select indexdef from pg_indexes where schemaname = 'log' and indexname = '{name}'"))
            .ShouldBe(definition);

    [Fact]
    public async Task Events_refer_to_their_stream_and_own_the_sequence()
    {
        (await fixture.Database.Scalar<string>(
            "select pg_get_constraintdef(oid) from pg_constraint where conrelid = 'log.mt_events'::regclass and contype = 'f'"))
            .ShouldBe("FOREIGN KEY (stream_id) REFERENCES log.mt_streams(id) ON DELETE CASCADE");
        (await fixture.Database.Scalar<string>("select pg_get_serial_sequence('log.mt_events', 'seq_id')")).ShouldBe("log.mt_events_sequence");
    }

    [Fact]
    public async Task The_sequence_stands_at_the_head_and_rows_hold_what_Marten_reads()
    {
        Guid stream = Guid.CreateVersion7();
        var append = new Append(
            new CommandMetadata("robin", Guid.CreateVersion7(), "correlation"),
            new StreamAppend(stream, "ledger", ExpectedVersion.None, [new LedgerOpened("a"), new Withdrawn(3)], []));
        var appended = (await fixture.Store.Append(append)).ShouldBeOfType<AppendOutcome.Appended>();

        (await fixture.Database.Scalar<long>("select last_value from log.mt_events_sequence")).ShouldBe(appended.Position);
        (await fixture.Database.Scalar<string>($"select type || ' ' || version || ' ' || is_archived from log.mt_streams where id = '{stream}'"))
            .ShouldBe("ledger 2 false");
        (await fixture.Database.Scalar<string>(
            $"""
            select string_agg(version || ' ' || type || ' ' || data || ' ' || mt_dotnet_type || ' ' || headers || ' ' || correlation_id, E'\n' order by version)
            from log.mt_events where stream_id = '{stream}'
            """)).ShouldBe(
            """
            1 ledger.opened {"name": "a"} Wya.EventStore.Tests.LedgerOpened, Wya.EventStore.Tests {"actor": "robin", "source": "ledger", "schema_version": 1} correlation
            2 ledger.withdrawn.v2 {"amount": 3} Wya.EventStore.Tests.Withdrawn, Wya.EventStore.Tests {"actor": "robin", "source": "ledger", "schema_version": 2} correlation
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task An_event_of_an_older_version_is_read_as_the_current_one()
    {
        Guid stream = Guid.CreateVersion7();
        await fixture.Store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "ledger", ExpectedVersion.None, [new Deposited(1)])));
        // As a build before version 2 would have written it.
        await fixture.Database.Execute(
            $"""
            set session_replication_role = replica;
            alter table log.mt_events disable trigger wya_append_only;
            update log.mt_events set type = 'ledger.withdrawn', data = '{"{"}"cents": 700{"}"}' where stream_id = '{stream}';
            alter table log.mt_events enable always trigger wya_append_only;
            """);
        await foreach (RecordedEvent recorded in fixture.Store.ReadStream(stream))
        {
            recorded.Data.ShouldBe(new Withdrawn(7));
            (recorded.Type, recorded.SchemaVersion).ShouldBe(("ledger.withdrawn", 1));
        }
    }

    [Theory]
    [InlineData("update log.mt_events set data = '{}'")]
    [InlineData("update log.mt_events set is_archived = true")]
    [InlineData("delete from log.mt_events")]
    [InlineData("truncate log.mt_events")]
    [InlineData("truncate log.mt_streams cascade")]
    [InlineData("insert into log.mt_events (seq_id, id, stream_id, version, data, type) values (999999, gen_random_uuid(), gen_random_uuid(), 1, '{}', 'forged')")]
    [InlineData("update log.mt_streams set version = 99")]
    [InlineData("update log.wya_log_head set position = 5")]
    [InlineData("insert into log.wya_claims values ('forged', gen_random_uuid())")]
    [InlineData("delete from log.wya_dead_letter_decisions")]
    [InlineData("alter table log.mt_events disable trigger all")]
    [InlineData("drop table log.mt_events")]
    [InlineData("set session_replication_role = replica")]
    [Trait("seed", "P3")]
    public async Task The_application_role_cannot_change_what_was_recorded(string sql)
    {
        await using var connection = new NpgsqlConnection(fixture.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        var refused = await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
        refused.SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [InlineData("update log.mt_events set data = '{}'")]
    [InlineData("delete from log.mt_events")]
    [InlineData("delete from log.mt_streams")]
    [InlineData("truncate log.mt_events")]
    [InlineData("set session_replication_role = replica; delete from log.mt_events")]
    public async Task Not_even_the_owner_changes_an_event_by_an_ordinary_statement(string sql)
    {
        await fixture.Store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(Guid.CreateVersion7(), "ledger", ExpectedVersion.None, [new Deposited(1)])));
        (await Should.ThrowAsync<PostgresException>(() => fixture.Database.Execute(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }
}
