using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Graph;
using Wya.Api.Safety;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What people are told of the trust in them, and what it earns them.</summary>
public sealed class ShowMyTrustTests(SharedApi shared)
{
    [Fact]
    public async Task Everybody_starts_at_neutral_and_is_told_what_would_raise_it()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();

        Answer answer = await one.Client.Send("GET", "/me/trust");

        answer.Status.ShouldBe(200, answer.Text);
        answer.Header("Wya-Position").ShouldStartWith("graph");
        answer.Json.GetProperty("score").GetDecimal().ShouldBe(0.5m);
        JsonElement[] factors = [.. answer.Json.GetProperty("factors").EnumerateArray()];
        factors.Select(factor => (factor.GetProperty("factor").GetString(), factor.GetProperty("weight").GetDecimal())).ShouldBe(
        [
            ("interaction_quality", 0.30m), ("moderation_outcomes", 0.25m), ("report_accuracy", 0.20m), ("consistency", 0.15m), ("contribution", 0.10m),
        ]);
        factors.Sum(factor => factor.GetProperty("contribution").GetDecimal()).ShouldBe(0.5m);
        factors.ShouldAllBe(factor => factor.GetProperty("moved_by").GetArrayLength() == 0 && factor.GetProperty("improve").GetString()!.Length > 0);
        (await api.Anonymous.Send("GET", "/me/trust")).Problem.ShouldBe("unauthenticated");
    }

    [Fact]
    public async Task A_moderators_decision_is_told_at_once_and_gone_when_it_is_taken_back()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        var restriction = Guid.CreateVersion7();

        await Decided(api, new RestrictionApplied(restriction, new UserId(one.Id), RestrictionKind.Mute));
        await Eventually.Is(async () => await Moderation(one) is var factor && factor.GetProperty("moved_by").GetArrayLength() == 1, "it is told");
        JsonElement moderated = await Moderation(one);
        moderated.GetProperty("value").GetDecimal().ShouldBe(0.38m);
        moderated.GetProperty("contribution").GetDecimal().ShouldBe(0.095m);
        moderated.GetProperty("moved_by")[0].GetString()!.ShouldStartWith("Down: a moderator decided against you on ");
        JsonElement exported = (await one.Client.Send("GET", "/me/export")).Json.GetProperty("domains").GetProperty("graph").GetProperty("trust")[0];
        exported.GetProperty("score").GetDecimal().ShouldBe(0.47m);

        await Decided(api, new ActionReversed(restriction));
        await Eventually.Is(async () => await Moderation(one) is var factor && factor.GetProperty("value").GetDecimal() == 0.5m, "it is taken back");
        (await Moderation(one)).GetProperty("moved_by").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Trust_earns_a_capability_and_says_so()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        (await Why(one)).GetProperty("held").GetBoolean().ShouldBeFalse();

        DateTimeOffset now = DateTimeOffset.UtcNow;
        await Record(api, one, TrustEvidence.Verified, now.AddMonths(-20), 1);
        for (int month = 20; month > 0; month--)
        {
            await Record(api, one, TrustEvidence.Welcomed, now.AddMonths(-month), 5);
            await Record(api, one, TrustEvidence.Contributed, now.AddMonths(-month), 1);
        }

        Answer trust = await one.Client.Send("GET", "/me/trust");
        string score = trust.Json.GetProperty("score").GetDecimal().ToString("0.###", System.Globalization.CultureInfo.InvariantCulture);
        await Eventually.Is(
            async () => await Why(one) is var why && why.GetProperty("held").GetBoolean() && why.GetProperty("given_by")[0] is var giver
                && giver.GetProperty("code").GetString() == "trust"
                && giver.GetProperty("sentence").GetString()!.Contains($"Your trust score of {score} earns it", StringComparison.Ordinal),
            "identity has heard of all of it");
        trust.Text.ShouldContain("5 new people befriended or answered you in");
    }

    private static async Task<JsonElement> Moderation(Person person) => (await person.Client.Send("GET", "/me/trust")).Json.GetProperty("factors")[1];

    private static async Task<JsonElement> Why(Person person) => (await person.Client.Send("GET", "/me/capabilities/room.customize.css/why")).Json;

    private static async Task Decided(ApiHost api, CaseEvent fact) =>
        (await api.Services.GetRequiredService<SafetyLog>().Store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(Guid.CreateVersion7(), "case", ExpectedVersion.Any, [fact]))))
        .ShouldBeOfType<AppendOutcome.Appended>();

    private static async Task Record(ApiHost api, Person person, TrustEvidence evidence, DateTimeOffset at, int times)
    {
        var user = new UserId(person.Id);
        for (int i = 0; i < times; i++)
        {
            await api.Services.GetRequiredService<GraphLog>().Store.Transact(
                TrustLedger.Stream, TrustLedger.StreamOf(user), ledger => UpdateTrust.Decide(ledger, new UpdateTrust(user, evidence, at)),
                CommandMetadata.System(Guid.CreateVersion7()));
        }
    }
}
