using System.Security.Cryptography;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>
/// What somebody with all rights to the database may do to a log of nine events, with a checkpoint after the third and one
/// after the sixth, and what the verifier says of it. Each check is the only one that says so in at least one of these.
/// </summary>
[Trait("seed", "7.1")]
[Trait("seed", "7.2")]
public sealed class LogVerifierTests
{
    private const string Row = "gen_random_uuid(), stream_id, version + 100, data, null, type, timestamp, tenant_id, mt_dotnet_type, correlation_id, causation_id, headers, false";

    [Theory]
    [InlineData("update log.mt_events set data = '{\"amount\": 9}' where seq_id = 8", "Changed 8")]
    [InlineData("update log.mt_events set headers = headers || '{\"actor\": \"kim\"}' where seq_id = 2", "Changed 2")]
    [InlineData("update log.mt_events set timestamp = timestamp + interval '1 microsecond' where seq_id = 9", "Changed 9")]
    [InlineData("update log.mt_events set correlation_id = null where seq_id = 4", "Changed 4")]
    [InlineData("update log.wya_chain set salt = gen_random_uuid() where seq_id = 4", "Changed 4")]
    [InlineData("delete from log.mt_events where seq_id = 8", "Missing 8")]
    [InlineData("delete from log.mt_events where seq_id in (8, 9); delete from log.wya_chain where seq_id in (8, 9)", "Missing 8-9")]
    [InlineData("update log.mt_events set is_archived = true where seq_id = 5", "Hidden 5")]
    [InlineData("insert into log.mt_events select 10, " + Row + " from log.mt_events where seq_id = 9", "Extra 10")]
    [InlineData("update log.wya_log_head set position = 8", "Extra 9")]
    [InlineData("alter table log.mt_events drop constraint pkey_mt_events_seq_id; drop index log.pk_mt_events_stream_and_version; drop index log.wya_events_id; insert into log.mt_events select * from log.mt_events where seq_id = 4", "Extra 4")]
    [InlineData("update log.wya_chain set chain = sha256('') where seq_id = 8", "ChainBroken 8, ChainBroken 9")]
    [InlineData("delete from log.mt_events where seq_id > 5; delete from log.wya_chain where seq_id > 5; update log.wya_log_head set position = 5", "ShorterThanCheckpoint 6")]
    [InlineData("delete from log.mt_events where seq_id > 6; delete from log.wya_chain where seq_id > 6; update log.wya_log_head set position = 6", "")]
    public async Task What_was_done_is_said(string sql, string findings)
    {
        await using ChainedHouse house = await Written();
        await house.Tamper(sql);
        (await house.Findings()).ShouldBe(findings);
    }

    [Fact]
    public async Task An_untouched_log_is_whole()
    {
        await using ChainedHouse house = await Written();
        AuditReport report = await house.Verify();
        (report.Size, report.Checkpoints, report.IsWhole).ShouldBe((9, 2, true));
    }

    [Theory]
    [InlineData("update log.mt_events set data = '{\"amount\": 9}' where seq_id = 2", 2, "DiffersFromCheckpoint 1-3")]
    [InlineData("update log.mt_events set data = '{\"amount\": 9}' where seq_id = 5", 5, "DiffersFromCheckpoint 4-6")]
    [InlineData("update log.mt_events set timestamp = timestamp - interval '1 day' where seq_id = 8", 8, "OutOfOrder 8")]
    public async Task Chaining_it_anew_does_not_hide_what_was_done_before_a_checkpoint(string sql, long from, string findings)
    {
        await using ChainedHouse house = await Written();
        await house.Tamper(sql);
        await house.Rechain(from);
        (await house.Findings()).ShouldBe(findings);
    }

    [Fact]
    public async Task A_witness_must_be_signed_with_the_key_and_be_of_this_log()
    {
        await using ChainedHouse house = await Written();
        using ECDsa another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        SignedCheckpoint last = house.Checkpoints[1];
        house.Checkpoints[1] = SignedCheckpoint.Sign(another, last.Says);
        (await house.Findings()).ShouldBe("SignatureBad 6");

        // What it says was altered, and the signature kept.
        string[] parts = last.Text.Split('.'), other = SignedCheckpoint.Sign(another, last.Says with { Time = DateTimeOffset.UnixEpoch.AddDays(1) }).Text.Split('.');
        house.Checkpoints[1] = SignedCheckpoint.Parse($"{parts[0]}.{other[1]}.{parts[2]}")!;
        (await house.Findings()).ShouldBe("SignatureBad 6");
    }

    [Fact]
    public async Task A_checkpoint_that_was_left_out_is_missed()
    {
        await using ChainedHouse house = await Written();
        house.Checkpoints.RemoveAt(0);
        (await house.Findings()).ShouldBe("CheckpointsInconsistent 6");
    }

    private static async Task<ChainedHouse> Written()
    {
        ChainedHouse house = await ChainedHouse.Open();
        for (int i = 0; i < 2; i++)
        {
            await house.Deposit(3);
            await house.Sign();
        }

        await house.Deposit(3);
        return house;
    }
}
