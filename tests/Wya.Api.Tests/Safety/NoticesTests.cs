using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Noticing;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Safety;

/// <summary>What is noticed while requests are answered, and stands in no log.</summary>
public sealed class NoticesTests(SharedApi shared, PresenceHouse presence) : IClassFixture<PresenceHouse>
{
    [Fact]
    public async Task Whoever_addresses_a_person_of_another_layer_is_refused_as_ever_and_noticed_once()
    {
        ApiHost api = await shared.Host();
        Person adult = await api.NewPerson(), child = await api.NewPerson(15), innocent = await api.NewPerson();
        await api.HeardFromIdentity();

        (await adult.Client.Send("POST", "/conversations", new { kind = "direct", user_id = child.Id })).Code().ShouldBe("404 user-not-found");
        (await adult.Client.Send("POST", "/me/friend-requests", new { user_id = child.Id })).Code().ShouldBe("404 user-not-found");
        (await adult.Client.Send("PUT", $"/me/following/{child.Id}")).Code().ShouldBe("404 user-not-found");
        (await innocent.Client.Send("POST", "/conversations", new { kind = "direct", user_id = Guid.NewGuid() })).Code().ShouldBe("404 user-not-found");
        (await innocent.Client.Send("GET", $"/users/{child.Id}")).Status.ShouldBe(404, "to look is not to address");

        await Eventually.Is(async () => (await api.SignalsOf(adult)).Length > 0, "it is recorded");
        SignalRecorded noticed = (await api.SignalsOf(adult)).ShouldHaveSingleItem();
        (noticed.Kind, noticed.Source).ShouldBe((SignalKind.CrossLayerAttempt, "identity"));
        string kept = await api.Databases["safety"].Scalar<string>("select string_agg(data::text || headers::text, '') from log.mt_events");
        kept.ShouldNotContain($"{child.Id}");
        (await api.SignalsOf(innocent)).ShouldBeEmpty();
        (await api.SignalsOf(child)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_place_that_moves_faster_than_anybody_travels_is_noticed_without_any_place()
    {
        ApiHost api = await presence.Host();
        Person mara = await api.NewPerson();
        await api.HeardFromIdentity();
        await mara.Choose("precise", location: true);
        var clock = new ShiftedClock();
        await using ApiHost shifted = await api.StartBeside(
            settings =>
            {
                settings["ConnectionStrings:presence"] = presence.Redis.ConnectionString;
                settings["Wya:Presence:LifetimeSeconds"] = "120";
            },
            services => services.AddSingleton<TimeProvider>(clock));
        HttpClient at = mara.At(shifted);
        await at.Send("POST", "/me/presence/heartbeat", PresenceSteps.At(52.52, 13.40));
        // A cell gives way only in a later slot: two more of them, while the place of before was confirmed a moment ago.
        for (int minute = 0; minute < 40 && (await shifted.SignalsOf(mara)).Length == 0; minute++)
        {
            clock.Advance(TimeSpan.FromSeconds(60));
            await at.Send("POST", "/me/presence/heartbeat", PresenceSteps.At(-33.86, 151.20));
        }

        await Eventually.Is(async () => (await shifted.SignalsOf(mara)).Length > 0, "it is recorded");
        SignalRecorded noticed = (await shifted.SignalsOf(mara))[0];
        (noticed.Kind, noticed.Source).ShouldBe((SignalKind.LocationAnomaly, "presence"));
        noticed.Detail!.ValueOr("").ShouldBe("a change of place at an impossible speed");
    }

    [Fact]
    public async Task One_a_person_kind_and_hour_waits_and_no_more_than_so_many()
    {
        var clock = new ShiftedClock();
        var notices = new Notices(clock);
        var mara = new UserId(Guid.NewGuid());
        for (int i = 0; i < 5; i++)
        {
            notices.Take(mara, SignalKind.LocationAnomaly);
        }

        notices.Take(mara, SignalKind.CrossLayerAttempt);
        clock.Advance(TimeSpan.FromHours(1));
        notices.Take(mara, SignalKind.LocationAnomaly);
        notices.Reader.Count.ShouldBe(3);
        for (int i = 0; i < 5_000; i++)
        {
            notices.Take(new UserId(Guid.NewGuid()), SignalKind.LocationAnomaly);
        }

        notices.Reader.Count.ShouldBe(1_000, "what does not fit is lost, and nobody waits");
        (await notices.Reader.ReadAsync(TestContext.Current.CancellationToken)).User.ShouldBe(mara);
    }
}
