using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>What is appended to a chained log is chained in the same transaction, and nobody else chains anything.</summary>
[Trait("seed", "7.1")]
public sealed class ChainTests
{
    [Fact]
    public async Task Every_event_is_chained_however_it_was_appended()
    {
        await using ChainedHouse house = await ChainedHouse.Open();
        Guid stream = Guid.CreateVersion7();
        var several = new Append(
            new CommandMetadata("robin", Guid.CreateVersion7(), null, null, "fingerprint"),
            new StreamAppend(stream, "ledger", ExpectedVersion.None, [new LedgerOpened("a \"quoted\" naïve 名 \u0001 name"), new Withdrawn(3)], ["ledger-name:a"]),
            new StreamAppend(Guid.CreateVersion7(), "ledger", ExpectedVersion.None, [new Deposited(1)]));
        (await house.Store.Append(several)).ShouldBeOfType<AppendOutcome.Appended>();
        (await house.Store.Append(several)).ShouldBeOfType<AppendOutcome.Duplicate>();
        (await house.Store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "ledger", ExpectedVersion.None, [new Deposited(1)]))))
            .ShouldBeOfType<AppendOutcome.Conflict>();
        await house.Deposit(3);
        await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => house.Deposit(5)));

        AuditReport report = await house.Verify();
        report.Findings.ShouldBeEmpty();
        report.Size.ShouldBe(106);
        (await house.Database.Scalar<long>("select count(*) from log.wya_chain")).ShouldBe(106);
    }

    [Fact]
    public async Task What_a_log_held_before_it_was_chained_is_chained_when_it_begins()
    {
        await using ChainedHouse house = await ChainedHouse.Open(isChained: false);
        await house.Deposit(7);
        (await house.Database.Scalar<long>("select count(*) from log.wya_chain")).ShouldBe(0);
        string role = new NpgsqlConnectionStringBuilder(house.Database.ConnectionString).Username!;

        (await LogSchema.Migrate(house.Database.OwnerConnectionString, role, [], isChained: true)).ShouldBe(1);
        (await LogSchema.Migrate(house.Database.OwnerConnectionString, role, [], isChained: true)).ShouldBe(0);
        await house.Deposit(2);

        AuditReport report = await house.Verify();
        report.Findings.ShouldBeEmpty();
        report.Size.ShouldBe(9);
    }

    [Fact]
    public async Task A_log_that_is_not_chained_is_as_it_was()
    {
        await using ChainedHouse house = await ChainedHouse.Open(isChained: false);
        await house.Deposit(2);
        (await house.Findings()).ShouldBe("Extra 1, Extra 2");
    }

    [Fact]
    public async Task The_same_bytes_are_made_here_and_in_the_database()
    {
        await using ChainedHouse house = await ChainedHouse.Open();
        await house.Deposit(2);
        List<ChainedPosition> rows = [];
        await foreach (ChainedPosition row in house.Log.Read(0, 2))
        {
            rows.Add(row);
        }

        foreach (ChainedPosition row in rows)
        {
            byte[] stored = await house.Database.Scalar<byte[]>(
                $"select log.wya_entry(e, c.salt) from log.mt_events e join log.wya_chain c using (seq_id) where seq_id = {row.Position}");
            row.Entry!.ToBytes().ShouldBe(stored);
            ChainEntry.Parse(stored)!.ToBytes().ShouldBe(stored);
            ChainEntry.Parse(stored)!.Date.ShouldBeInRange(DateOnly.FromDateTime(DateTime.UtcNow.AddHours(-1)), DateOnly.FromDateTime(DateTime.UtcNow));
            ChainEntry.Parse(stored.AsSpan(0, stored.Length - 1)).ShouldBeNull();
            ChainEntry.Parse([.. stored, 0]).ShouldBeNull();
        }

        // Who acted is in the row, and not in what is shown of it.
        System.Text.Encoding.UTF8.GetString(rows[0].Entry!.ToBytes()).ShouldNotContain("robin");
        (await house.Database.Scalar<long>("select count(distinct salt) from log.wya_chain")).ShouldBe(2);
    }

    [Theory]
    [InlineData("insert into log.wya_chain values (99, gen_random_uuid(), '', '')")]
    [InlineData("update log.wya_chain set leaf = ''")]
    [InlineData("delete from log.wya_chain")]
    [InlineData("truncate log.wya_chain")]
    [InlineData("select log.wya_extend_chain(0, 1)")]
    [InlineData("update log.wya_log_head set is_chained = false")]
    [InlineData("alter table log.wya_chain disable trigger all")]
    [InlineData("drop table log.wya_chain")]
    [InlineData("drop function log.wya_extend_chain")]
    [InlineData("create or replace function log.wya_extend_chain(p_after bigint, p_to bigint) returns void language sql as 'select 1'")]
    [Trait("seed", "7.4")]
    [Trait("seed", "C9")]
    public async Task The_application_role_cannot_touch_the_chain(string sql)
    {
        await using ChainedHouse house = await ChainedHouse.Open();
        await house.Deposit(1);
        await using var connection = new NpgsqlConnection(house.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await house.Verify()).IsWhole.ShouldBeTrue();
    }

    [Theory]
    [InlineData("update log.wya_chain set leaf = ''")]
    [InlineData("delete from log.wya_chain")]
    [InlineData("truncate log.wya_chain")]
    [InlineData("set session_replication_role = replica; delete from log.wya_chain")]
    [Trait("seed", "7.4")]
    [Trait("seed", "T7")]
    public async Task Not_even_the_owner_changes_the_chain_by_an_ordinary_statement(string sql)
    {
        await using ChainedHouse house = await ChainedHouse.Open();
        await house.Deposit(1);
        (await Should.ThrowAsync<PostgresException>(() => house.Database.Execute(sql))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Fact]
    [Trait("seed", "7.2")]
    public async Task Nothing_is_appended_behind_a_link_that_is_gone()
    {
        await using ChainedHouse house = await ChainedHouse.Open();
        await house.Deposit(2);
        await house.Tamper("delete from log.wya_chain where seq_id = 2");
        (await Should.ThrowAsync<PostgresException>(() => house.Deposit(1))).SqlState.ShouldBe(PostgresErrorCodes.DataCorrupted);
    }
}
