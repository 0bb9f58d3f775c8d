using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Safety;

public sealed class AuditTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "7.1")]
    [Trait("seed", "7.2")]
    [Trait("seed", "C3")]
    [Trait("seed", "W7")]
    public async Task Whoever_is_concerned_proves_offline_what_the_log_holds_of_them_and_nothing_that_tells_on_others()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate"), one = await api.NewPerson(), reporter = await api.NewPerson();
        await api.Record(one.Id, null, api.Report(one.Id, reporter.Id));
        await api.View(one.Id, moderator.Id);
        await api.View(one.Id, moderator.Id, ViewKind.Reporter);
        WarningIssued warning = api.Warning(one.Id, moderator.Id);
        await api.Record(
            one.Id,
            moderator.Id,
            warning,
            new NoteAdded(Guid.CreateVersion7(), new UserId(one.Id), new Sensitive<string>(api.SafetyKeyOf(one.Id), "A note.")));
        long last = await api.Record(one.Id, one.Id, api.Appeal(one.Id, warning.ActionId));
        await UntilSigned(api, last);

        RecordProof proof = await Proof(one.Client);
        proof.Faults(proof.Key).ShouldBeEmpty();
        ChainEntry[] entries = [.. proof.Entries.Select(entry => entry.Read()!)];
        entries.Select(entry => entry.Type).ShouldBe(["safety.record_viewed", "safety.warning_issued", "safety.appeal_submitted"]);
        entries[0].Data.ShouldContain("\"triage\"");
        entries[1].Data.ShouldContain(warning.ActionId.ToString());
        string all = string.Concat(entries.Select(entry => System.Text.Encoding.UTF8.GetString(entry.ToBytes())));
        all.ShouldNotContain(moderator.Id.ToString());
        all.ShouldNotContain(reporter.Id.ToString());
        all.ShouldNotContain(api.ReporterKeyOf(reporter.Id).ToString());

        // A byte of an entry that is another one, and a proof that is signed with another key.
        byte[] altered = entries[1] with { Data = entries[1].Data.Replace("harassment", "spam", StringComparison.Ordinal) } is var other ? other.ToBytes() : [];
        (proof with { Entries = [proof.Entries[1] with { Entry = Convert.ToBase64String(altered) }] }).Faults(proof.Key).ShouldHaveSingleItem();
        (proof with { Entries = [proof.Entries[1] with { Index = proof.Entries[1].Index + 1 }] }).Faults(proof.Key).ShouldHaveSingleItem();
        using var stranger = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        proof.Faults(VerifyingKey.Of(stranger)).ShouldHaveSingleItem();

        // Pages, and the published key.
        RecordProof page = await Proof(one.Client, "?limit=2");
        page.Entries.Count.ShouldBe(2);
        (await Proof(one.Client, $"?limit=2&cursor={page.Next}")).Entries.Single().Read()!.Type.ShouldBe("safety.appeal_submitted");
        VerifyingKey.Parse((await api.Anonymous.Send("GET", "/erasure-receipts/key")).Text).ShouldBe(proof.Key);
        (await Proof(reporter.Client)).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task Whoever_is_concerned_sees_how_often_they_were_looked_at_and_never_by_whom()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate"), one = await api.NewPerson();
        await api.View(one.Id, moderator.Id);
        await api.View(one.Id, moderator.Id, ViewKind.Reporter);

        Answer views = await one.Client.Send("GET", "/me/record/views");

        JsonElement only = views.Json.GetProperty("items").EnumerateArray().Single();
        (only.GetProperty("purpose").GetString(), only.GetProperty("times").GetInt32()).ShouldBe(("triage", 2));
        only.EnumerateObject().Select(member => member.Name).ShouldBe(["day", "purpose", "times"]);
        only.GetProperty("day").GetString()!.Length.ShouldBe("2026-11-26".Length);
    }

    [Fact]
    [Trait("seed", "A7")]
    public async Task Who_looks_says_why_and_is_on_record_before_anything_is_shown()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate"), nobody = await api.NewPerson();
        (await nobody.Client.Send("GET", "/moderation/audit", change: Because("triage"))).Problem.ShouldBe("capability-missing");
        long before = await api.Safety().Store.Head();
        foreach (string? wrong in new[] { null, "", "Triage", "curiosity", "0" })
        {
            (await moderator.Client.Send("GET", "/moderation/audit", change: wrong is null ? null : Because(wrong))).Problem.ShouldBe("purpose-missing");
        }

        (await api.Safety().Store.Head()).ShouldBe(before);

        Answer audit = await moderator.Client.Send("GET", $"/moderation/audit?moderator={moderator.Id}", change: Because("quality_review"));

        JsonElement look = audit.Json.GetProperty("items").EnumerateArray().Single();
        look.GetProperty("actor").GetString().ShouldBe(moderator.Id.ToString());
        (look.GetProperty("what").GetString(), look.GetProperty("viewed").GetString(), look.GetProperty("purpose").GetString())
            .ShouldBe(("safety.record_viewed", "audit", "quality_review"));
        (await api.Safety().Store.Head()).ShouldBe(before + 1);
    }

    [Fact]
    public async Task The_audit_is_filtered_by_who_what_and_when_and_names_no_reporter()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewPerson(30, "moderate"), another = await api.NewPerson(30, "operate"), one = await api.NewPerson(), reporter = await api.NewPerson();
        await api.Record(one.Id, api.ReporterKeyOf(reporter.Id), api.Report(one.Id, reporter.Id));
        await api.Record(one.Id, moderator.Id, api.Warning(one.Id, moderator.Id));
        DateTimeOffset between = DateTimeOffset.UtcNow;
        await Eventually.Is(() => DateTimeOffset.UtcNow > between, "a later time");
        await api.Record(one.Id, moderator.Id, new CaseCleared(new UserId(one.Id), new Sensitive<string>(api.SafetyKeyOf(one.Id), "Settled.")));

        (await Kinds("")).ShouldBe(["safety.cleared", "safety.warning_issued"]);
        (await Kinds("&kind=safety.warning_issued")).ShouldBe(["safety.warning_issued"]);
        (await Kinds($"&from={between:O}".Replace("+", "%2B"))).ShouldBe(["safety.cleared"]);
        (await Kinds($"&to={between:O}".Replace("+", "%2B"))).ShouldBe(["safety.warning_issued"]);
        Answer page = await another.Client.Send("GET", $"/moderation/audit?moderator={moderator.Id}&limit=1", change: Because("quality_review"));
        (await Kinds($"&cursor={page.String("next")}")).ShouldBe(["safety.warning_issued"]);
        Answer everything = await another.Client.Send("GET", "/moderation/audit?limit=100", change: Because("quality_review"));
        everything.Text.ShouldNotContain(api.ReporterKeyOf(reporter.Id).ToString());
        everything.Text.ShouldNotContain("report_submitted");

        async Task<string?[]> Kinds(string filter)
        {
            Answer audit = await another.Client.Send("GET", $"/moderation/audit?moderator={moderator.Id}{filter}", change: Because("quality_review"));
            audit.Status.ShouldBe(200, audit.Text);
            return [.. audit.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("what").GetString())];
        }
    }

    [Fact]
    public async Task Operators_prove_that_the_log_has_only_grown_between_two_checkpoints()
    {
        ApiHost api = await shared.Host();
        Person staff = await api.NewPerson(30, "operate"), one = await api.NewPerson();
        long first = await api.Record(one.Id, staff.Id, api.Warning(one.Id, staff.Id));
        await UntilSigned(api, first);
        await UntilSigned(api, await api.Record(one.Id, staff.Id, api.Warning(one.Id, staff.Id)));

        Answer listed = await staff.Client.Send("GET", "/moderation/audit/checkpoints?limit=2");
        SignedCheckpoint[] two = [.. listed.Json.GetProperty("items").EnumerateArray().Select(item => SignedCheckpoint.Parse(item.GetProperty("text").GetString()!)!)];
        two[0].Says.Previous.ShouldBe(Checkpoint.DigestOf(two[1].Text));
        Answer proved = await staff.Client.Send("GET", $"/moderation/audit/consistency?from={two[1].Says.Size}&to={two[0].Says.Size}");
        byte[][] path = [.. proved.Json.GetProperty("path").EnumerateArray().Select(hash => Convert.FromBase64String(hash.GetString()!))];
        MerkleTree.IsConsistent(
            two[1].Says.Size, Convert.FromBase64String(two[1].Says.Root), two[0].Says.Size, Convert.FromBase64String(two[0].Says.Root), path).ShouldBeTrue();

        (await staff.Client.Send("GET", $"/moderation/audit/consistency?from={two[0].Says.Size}&to={two[1].Says.Size}")).Problem.ShouldBe("checkpoint-unknown");
        (await staff.Client.Send("GET", "/moderation/audit/consistency?from=1&to=999999999")).Problem.ShouldBe("checkpoint-unknown");
        Answer verified = await staff.Client.Send("GET", "/moderation/audit/verification?entries=5");
        verified.Json.GetProperty("findings").GetArrayLength().ShouldBe(0, verified.Text);
        verified.Json.GetProperty("signed_to").GetInt64().ShouldBeGreaterThanOrEqualTo(first);
    }

    [Fact]
    [Trait("seed", "7.2")]
    [Trait("seed", "7.4")]
    public async Task A_log_that_somebody_changed_is_signed_no_more_proves_nothing_and_is_reported()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start();
        Person moderator = await api.NewPerson(30, "moderate"), one = await api.NewPerson();
        await UntilSigned(api, await api.Record(one.Id, moderator.Id, api.Warning(one.Id, moderator.Id), api.Warning(one.Id, moderator.Id)));
        (await Health(api)).ShouldBe("up");

        // By somebody with all rights, who chains it anew; then the log goes on.
        await api.Databases["safety"].Execute(
            """
            alter table log.mt_events disable trigger all; alter table log.wya_chain disable trigger all;
            update log.mt_events set data = jsonb_set(data, '{basis,category}', '"spam"') where seq_id = 1;
            delete from log.wya_chain; select log.wya_extend_chain(0, (select position from log.wya_log_head));
            alter table log.mt_events enable always trigger wya_append_only; alter table log.wya_chain enable always trigger wya_append_only
            """);
        (await one.Client.Send("GET", "/me/record/proof")).Problem.ShouldBe("audit-log-broken");
        Answer verified = await moderator.Client.Send("GET", "/moderation/audit/verification");
        verified.Json.GetProperty("findings").EnumerateArray().Select(finding => finding.GetProperty("fault").GetString()).ShouldBe(["differs_from_checkpoint"]);

        // The process that is there goes on where it was, and finds that the links do not follow; a new one compares the checkpoint.
        await api.Record(one.Id, moderator.Id, api.Warning(one.Id, moderator.Id));
        await Eventually.Is(async () => await Health(api) == "broken", "the alarm");
        CheckpointFile checkpoints = api.Services.GetRequiredService<CheckpointFile>();
        (await checkpoints.Last(TestContext.Current.CancellationToken))!.Says.Size.ShouldBe(2);
        await using ApiHost next = await api.StartBeside();
        await Eventually.Is(async () => await Health(next) == "broken" || await Health(api) == "broken", "the alarm again");
    }

    [Fact]
    public async Task Without_a_place_for_checkpoints_nothing_is_proved()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Safety:CheckpointFile"] = "");
        Person one = await api.NewPerson();
        (await one.Client.Send("GET", "/me/record/proof")).Problem.ShouldBe("not-signed-yet");
    }

    internal static Action<HttpRequestMessage> Because(string purpose) =>
        request => request.Headers.TryAddWithoutValidation("Wya-Purpose", purpose);

    private static Task UntilSigned(ApiHost api, long position)
    {
        CheckpointFile file = api.Services.GetRequiredService<CheckpointFile>();
        return Eventually.Is(async () => (await file.Last(default))?.Says.Size >= position, "a checkpoint");
    }

    private static async Task<RecordProof> Proof(HttpClient client, string query = "")
    {
        Answer answer = await client.Send("GET", "/me/record/proof" + query);
        answer.Status.ShouldBe(200, answer.Text);
        return JsonSerializer.Deserialize<RecordProof>(answer.Text, EventJson.Options)!;
    }

    private static async Task<string?> Health(ApiHost api) => (await api.Anonymous.Send("GET", "/health")).Json.GetProperty("dependencies")
        .EnumerateArray().Single(dependency => dependency.GetProperty("name").GetString() == "audit log").GetProperty("status").GetString();
}
