using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>The audit log of safety, verified by the tool: whole, changed, cut off, and as one person's proof.</summary>
[Trait("seed", "7.1")]
public sealed class AuditTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("wya-audit-").FullName;
    private House? house;

    private House House => house!;

    private string Checkpoints => Path.Combine(folder, "checkpoints");

    private string KeyFile => Path.Combine(folder, "key.json");

    private string ProofFile => Path.Combine(folder, "proof.json");

    private CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        house = await House.Build(SafetyDomain.Definition with { ReadModels = [] });
        using ECDsa key = House.Keys.Ring.ReceiptKey();
        await File.WriteAllTextAsync(KeyFile, JsonSerializer.Serialize(VerifyingKey.Of(key), EventJson.Options), Ct);
        for (int i = 0; i < 2; i++)
        {
            await House.Append(Guid.CreateVersion7(), new CaseReleased(new UserId(Guid.CreateVersion7())), new CaseReleased(new UserId(Guid.CreateVersion7())));
            await Sign();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        if (house is not null)
        {
            await house.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_log_that_is_what_it_was_is_said_to_be_so()
    {
        Ran ran = await Run("verify");
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.Output.ShouldStartWith("Nothing was changed: 4 entries, 2 checkpoints. Root ");
        Ran json = await Run("verify", "--json");
        (json.Json.GetProperty("whole").GetBoolean(), json.Json.GetProperty("size").GetInt64(), json.Json.GetProperty("findings").GetArrayLength()).ShouldBe((true, 4, 0));
        (await Run("verify", "--key", KeyFile)).ExitCode.ShouldBe(0);
    }

    [Fact]
    [Trait("seed", "7.2")]
    public async Task What_was_changed_is_named_by_its_place_and_kind()
    {
        await Tamper("update log.mt_events set data = jsonb_set(data, '{user_id}', '\"00000000-0000-7000-8000-000000000001\"') where seq_id = 3");
        Ran ran = await Run("verify");
        (ran.ExitCode, ran.Error).ShouldBe((1, ""));
        ran.Lines.ShouldBe(["The log is not what it was: 1 finding in 4 entries.", "  position 3: changed: the event is not what was chained"]);

        await Tamper("delete from log.wya_chain where seq_id >= 3; select log.wya_extend_chain(2, 4)");
        Ran rechained = await Run("verify", "--json");
        rechained.ExitCode.ShouldBe(1);
        JsonElement finding = rechained.Json.GetProperty("findings").EnumerateArray().Single();
        (finding.GetProperty("fault").GetString(), finding.GetProperty("from").GetInt64(), finding.GetProperty("to").GetInt64()).ShouldBe(("differs_from_checkpoint", 3, 4));
    }

    [Fact]
    [Trait("seed", "7.4")]
    public async Task An_older_copy_of_the_log_is_found_by_the_newer_checkpoint()
    {
        await Tamper("delete from log.mt_events where seq_id > 2; delete from log.wya_chain where seq_id > 2; update log.wya_log_head set position = 2");
        Ran ran = await Run("verify");
        (ran.ExitCode, ran.Lines[1]).ShouldBe((1, "  positions 3 to 4: shorter than a checkpoint: the log was cut off, or is an older copy"));
    }

    [Fact]
    public async Task A_proof_is_verified_without_any_database()
    {
        var log = new ChainedLog(House.Database.Log.DataSource);
        using var tree = new LogTree(log);
        SignedCheckpoint seen = CheckpointFile.Read(Checkpoints).Last();
        SubtreeHash hash = (await tree.At(seen.Says, [2], Ct))!;
        ChainEntry? entry = null;
        await foreach (ChainedPosition row in log.Read(2, 3, Ct))
        {
            entry = row.Entry;
        }

        var proof = new RecordProof(
            RecordProof.Name,
            1,
            seen.Text,
            VerifyingKey.Parse(await File.ReadAllTextAsync(KeyFile, Ct))!,
            [new ProvedEntry(Convert.ToBase64String(entry!.ToBytes()), 2, [.. MerkleTree.InclusionPath(2, 4, hash).Select(Convert.ToBase64String)])]);
        await Write(proof);
        Ran proved = await Tool.Alone("audit", "verify", "--proof", ProofFile, "--key", KeyFile);
        (proved.ExitCode, proved.Error).ShouldBe((0, ""));
        proved.Lines[0].ShouldStartWith("Proved: 1 entry of the log of 4 that was signed at 2026-11-22 12:00:00Z.");
        proved.Lines[1].ShouldContain("safety.case_released");
        (await Tool.Alone("audit", "verify", "--proof", ProofFile)).Error.ShouldContain("compare it with the one that is published");

        await Write(proof with { Entries = [proof.Entries[0] with { Index = 1 }] });
        Ran moved = await Tool.Alone("audit", "verify", "--proof", ProofFile, "--key", KeyFile, "--json");
        (moved.ExitCode, moved.Json.GetProperty("whole").GetBoolean()).ShouldBe((1, false));
        await File.WriteAllTextAsync(ProofFile, "{}", Ct);
        (await Tool.Alone("audit", "verify", "--proof", ProofFile)).Error.ShouldContain("holds no proof");
    }

    [Fact]
    public async Task Two_checkpoints_are_proved_to_be_consistent()
    {
        Ran ran = await Run("consistency", "--from", "2", "--to", "4");
        (ran.ExitCode, ran.Error).ShouldBe((0, ""));
        ran.Lines[0].ShouldBe("The log of 4 entries begins with all of the log of 2.");
        (await Run("consistency", "--from", "1", "--to", "4")).Error.ShouldContain("no checkpoint of size 1");
        await Tamper("update log.wya_chain set leaf = sha256('') where seq_id = 1");
        (await Run("consistency", "--from", "2", "--to", "4")).Error.ShouldContain("not what the newer checkpoint has seen");
    }

    private Task<Ran> Run(params string[] arguments) => new Tool([House.Definition], new Dictionary<string, string>
    {
        ["ConnectionStrings__safety"] = House.Database.ConnectionString,
        ["Wya__Safety__CheckpointFile"] = Checkpoints,
        ["Wya__Keys__File"] = House.Keys.RingFile,
    }).Run(["audit", .. arguments], Ct);

    /// <summary>As the API's worker does.</summary>
    private async Task Sign()
    {
        using ECDsa key = House.Keys.Ring.ReceiptKey();
        AuditReport report = await new LogVerifier(new ChainedLog(House.Database.Log.DataSource), "wya/safety", VerifyingKey.Of(key)).Verify([], ct: Ct);
        report.IsWhole.ShouldBeTrue();
        using var file = new CheckpointFile(Checkpoints);
        await file.Add(key, new Checkpoint("wya/safety", report.Size, report.Root, report.Chain, SetClock.Noon), Ct);
    }

    private Task Write(RecordProof proof) => File.WriteAllTextAsync(ProofFile, JsonSerializer.Serialize(proof, EventJson.Options), Ct);

    private Task Tamper(string sql) => House.Database.Execute(
        $"""
        alter table log.mt_events disable trigger all; alter table log.wya_chain disable trigger all; {sql};
        alter table log.mt_events enable always trigger wya_append_only; alter table log.wya_chain enable always trigger wya_append_only
        """);
}
