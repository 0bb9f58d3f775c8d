using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.MyData;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Safety;

/// <summary>One API for these tests, in which people can be erased at once and time moved on.</summary>
public sealed class HoldHouse : IAsyncLifetime
{
    private ApiHost? api;

    public ShiftedClock Clock { get; } = new();

    public ApiHost Api => api!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        api = await ApiHost.Start(settings => settings["Wya:Erasure:GraceDays"] = "0", services => services.AddSingleton<TimeProvider>(Clock));
    }

    public async ValueTask DisposeAsync()
    {
        if (api is not null)
        {
            await api.DisposeAsync();
        }
    }
}

/// <summary>What an erasure does to safety's data, and what a legal hold changes about it.</summary>
[Trait("seed", "E1")]
public sealed class HoldTests(HoldHouse house) : IClassFixture<HoldHouse>
{
    private ShiftedClock Clock => house.Clock;

    private ApiHost Api => house.Api;

    private SubjectKeys Keys => Api.Services.GetRequiredService<SubjectKeys>();

    [Fact]
    [Trait("seed", "7.5")]
    public async Task An_erasure_destroys_the_key_under_which_safety_holds_what_is_the_persons()
    {
        Person moderator = await Api.NewPerson(30, "moderate"), one = await Api.NewPerson();
        await Api.Record(one.Id, moderator.Id, Api.Warning(one.Id, moderator.Id));
        (await CanBeRead(one)).ShouldBeTrue();

        JsonElement receipt = await Erase(one);

        (await CanBeRead(one)).ShouldBeFalse();
        JsonElement key = Stores(receipt, "keys").Single(store => store.GetProperty("store").GetString() == "data key of safety");
        (key.GetProperty("found").GetInt64(), key.GetProperty("left").GetInt64()).ShouldBe((1, 0));
        JsonElement events = Stores(receipt, "safety").Single(store => store.GetProperty("store").GetString() == "events of the person's case");
        (events.GetProperty("left").GetInt64(), events.GetProperty("readable").GetInt64()).ShouldBe((1, 0));
    }

    [Fact]
    public async Task A_legal_hold_of_two_keeps_that_key_until_it_is_ended()
    {
        Person ines = await Api.NewPerson(30, "moderate"), teo = await Api.NewPerson(30, "moderate"), one = await Api.NewPerson();
        await Api.Record(one.Id, ines.Id, Api.Warning(one.Id, ines.Id));
        string holds = $"/moderation/cases/{CaseId.Of(new UserId(one.Id)).Value}/holds";
        string id = await Place(ines, teo, holds, Clock.GetUtcNow().AddDays(30));

        Answer listed = await teo.Client.Send("GET", holds, change: AuditTests.Because("legal"));
        JsonElement hold = listed.Json.GetProperty("items").EnumerateArray().Single();
        (hold.GetProperty("status").GetString(), hold.GetProperty("ground").GetString(), hold.GetProperty("is_mine").GetBoolean()).ShouldBe(("placed", "Order 12.", false));

        JsonElement receipt = await Erase(one);

        (await CanBeRead(one)).ShouldBeTrue();
        JsonElement key = Stores(receipt, "keys").Single(store => store.GetProperty("store").GetString() == "data key of safety");
        (key.GetProperty("left").GetInt64(), key.GetProperty("at_erasure").GetString())
            .ShouldBe((1, "kept while a legal hold (court_order) stands, then destroyed"));
        receipt.ToString().ShouldNotContain("Order 12.");
        (await Keys.NotDestroyed([one.Id])).ShouldBeEmpty();

        (await ines.Client.Send("DELETE", $"{holds}/{id}")).Status.ShouldBe(204);
        await Api.Services.GetRequiredService<HoldEnds>().Pass(Clock.GetUtcNow(), default);
        (await CanBeRead(one)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_hold_ends_by_itself_and_that_is_on_record()
    {
        Person ines = await Api.NewPerson(30, "moderate"), teo = await Api.NewPerson(30, "moderate"), one = await Api.NewPerson();
        await Api.Record(one.Id, ines.Id, Api.Warning(one.Id, ines.Id));
        string holds = $"/moderation/cases/{CaseId.Of(new UserId(one.Id)).Value}/holds";
        await Place(ines, teo, holds, Clock.GetUtcNow().AddDays(30));
        await Erase(one);
        HoldEnds ends = Api.Services.GetRequiredService<HoldEnds>();
        await ends.Pass(Clock.GetUtcNow(), default);
        (await CanBeRead(one)).ShouldBeTrue();

        await ends.Pass(Clock.GetUtcNow().AddDays(31), default);
        await ends.Pass(Clock.GetUtcNow().AddDays(31), default);

        int recorded = 0;
        await foreach (RecordedEvent fact in Api.Safety().Store.ReadStream(CaseId.Of(new UserId(one.Id)).Value))
        {
            recorded += fact.Data is HoldEnded ? 1 : 0;
        }

        recorded.ShouldBe(1);
        (await CanBeRead(one)).ShouldBeFalse();
    }

    private static async Task<string> Place(Person ines, Person teo, string holds, DateTimeOffset until)
    {
        string key = Requests.NewKey();
        Answer proposed = await ines.Client.Send("POST", holds, new { @class = "court_order", until, ground = "Order 12." }, key);
        proposed.Status.ShouldBe(201, proposed.Text);
        (await ines.Client.Send("POST", holds, new { @class = "court_order", until, ground = "Order 12." }, key)).Text.ShouldBe(proposed.Text);
        string id = proposed.String("hold_id")!;
        (await ines.Client.Send("PUT", $"{holds}/{id}/approval")).Problem.ShouldBe("second-person-needed");
        Answer placed = await teo.Client.Send("PUT", $"{holds}/{id}/approval");
        placed.Status.ShouldBe(204, placed.Text);
        (await teo.Client.Send("PUT", $"{holds}/{Guid.NewGuid()}/approval")).Problem.ShouldBe("hold-not-found");
        return id;
    }

    /// <returns>What the receipt says.</returns>
    private async Task<JsonElement> Erase(Person one)
    {
        Answer asked = await one.Client.Send("DELETE", "/me");
        string address = $"/erasure-receipts/{asked.String("receipt_ticket")}";
        await Eventually.Is(
            () => Api.Database.Scalar<bool>($"select coalesce((select key_destroyed_at is not null from erasure_receipts where user_id = '{one.Id}'), false)"),
            "the key is destroyed");
        Clock.Advance(SubjectKeys.ForgottenWithin); // from then on no process can hold it
        await Eventually.Is(async () => (await Api.Anonymous.Send("GET", address)).Status == 200, "the receipt");
        string receipt = (await Api.Anonymous.Send("GET", address)).String("receipt")!;
        return JsonElement.Parse(System.Buffers.Text.Base64Url.DecodeFromChars(receipt.Split('.')[1]));
    }

    private static IEnumerable<JsonElement> Stores(JsonElement receipt, string domain) =>
        receipt.GetProperty("stores").EnumerateArray().Where(store => store.GetProperty("domain").GetString() == domain);

    /// <summary>As a process would that has just started.</summary>
    private async Task<bool> CanBeRead(Person one)
    {
        await using SubjectKeys fresh = Api.Keys.Open();
        Guid subject = Api.SafetyKeyOf(one.Id);
        await fresh.Fetch([subject], create: false);
        return fresh.TryCopy(subject, new byte[Sealing.KeyBytes]) == KeyState.AtHand;
    }
}
