using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;
using Wya.Projections.Tests.Redis;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Presence;

/// <summary>What holds for presence on every Redis.</summary>
public abstract class PresenceKeysContract : IAsyncLifetime
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(90);
    private static readonly DateTimeOffset Now = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly RedisServer server;
    private readonly PresenceKeys keys;
    private readonly UserId user = new(Guid.NewGuid());

    protected PresenceKeysContract(IRedisSite site)
    {
        server = new RedisServer("presence", site.ConnectionString, RedisServer.AnswerInTheEnd);
        keys = new PresenceKeys(server, Lifetime);
    }

    public async ValueTask InitializeAsync() => await server.Reached();

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return server.DisposeAsync();
    }

    [Fact]
    [Trait("seed", "2.S1")]
    [Trait("seed", "2.2")]
    [Trait("seed", "T2")]
    [Trait("seed", "W2")]
    [Trait("seed", "P5")] // and what is always read, in memory
    public async Task The_key_is_as_specified_and_expires_by_itself()
    {
        await Beat("phone", Activity.Chatting);

        string value = (await Get($"presence:{{{user}}}"))!;
        TimeSpan? left = await server.Ask(database => database.KeyTimeToLiveAsync($"presence:{{{user}}}"));
        TimeSpan? stayLeft = await server.Ask(database => database.KeyTimeToLiveAsync($"presence_stay:{{{user}}}"));

        value.ShouldBe("""{"status":"online","activity":"chatting","location_tier":"local","room_id":null,"updated_at":"2026-06-15T12:00:00+00:00"}""");
        left!.Value.ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
        stayLeft!.Value.ShouldBeInRange(TimeSpan.FromSeconds(60), TimeSpan.FromSeconds(120));
    }

    [Fact]
    [Trait("seed", "2.1")]
    [Trait("seed", "2.5")]
    [Trait("seed", "A2")]
    public async Task Nothing_is_left_of_who_has_gone_but_a_number()
    {
        await Beat("phone", Activity.Idle);
        PresenceWritten left = await keys.Change(user, (stay, _) => (stay.Without("phone"), false), Now);

        (left.Before, left.After).ShouldNotBe((null, null));
        left.After.ShouldBeNull();
        (await keys.Read([user.Value])).ShouldBeEmpty();
        (await Get($"presence:{{{user}}}")).ShouldBeNull();
        (await Get($"presence_stay:{{{user}}}")).ShouldBeNull();
        (await Get($"presence_moves:{{{user}}}")).ShouldBe("1");
        (await server.Ask(database => database.KeyTimeToLiveAsync($"presence_moves:{{{user}}}")))!.Value.ShouldBeLessThanOrEqualTo(TimeSpan.FromHours(1));
    }

    [Fact]
    [Trait("seed", "2.3")]
    [Trait("seed", "C4")]
    [Trait("seed", "R2")]
    [Trait("seed", "K1")]
    public async Task Many_devices_at_once_are_one_person_and_none_is_lost()
    {
        string[] devices = [.. Enumerable.Range(0, 4).Select(number => $"device {number}")];
        await Task.WhenAll(devices.Select(device => Beat(device, device == "device 2" ? Activity.Chatting : Activity.Idle)));

        Present present = (await keys.Read([user.Value, Guid.NewGuid()])).ShouldHaveSingleItem().Value;
        present.Stay.Devices.Select(device => device.Id).ShouldBe(devices, ignoreOrder: true);
        present.Snapshot.Activity.ShouldBe(Activity.Chatting);
        present.Stay.Place!.Cell.Hash.ShouldBe("u33dc");
    }

    [Fact]
    [Trait("seed", "H1")]
    public async Task A_persons_keys_lie_together_and_people_are_read_in_one_go()
    {
        UserId[] crowd = [.. Enumerable.Range(0, 300).Select(_ => new UserId(Guid.NewGuid()))];
        await Task.WhenAll(crowd.Select(one => keys.Change(one, (stay, _) => (stay.With(Device("phone", Activity.Idle), Lifetime), false), Now)));

        (await keys.Read([.. crowd.Select(one => one.Value)])).Count.ShouldBe(crowd.Length);
    }

    [Fact]
    public async Task What_happens_is_heard_by_whoever_listens()
    {
        List<PresenceEvent> heard = [];
        PresenceChannel.Hear(server, one =>
        {
            lock (heard)
            {
                heard.Add(one);
            }
        });
        var joined = new PresenceEvent(PresenceEventType.Joined, user, Now, new PresenceSnapshot(PresenceStatus.Online, Activity.Idle, null, null, Now), "u33d");

        await Eventually.Is(
            async () =>
            {
                await PresenceChannel.Publish(server, [joined]);
                lock (heard)
                {
                    return heard.Contains(joined);
                }
            },
            "it is heard");
    }

    private static PresentDevice Device(string id, Activity activity) => new(id, PresenceStatus.Online, activity, null, Now);

    private Task<PresenceWritten> Beat(string device, Activity activity) => keys.Change(
        user,
        (stay, movesLeft) =>
        {
            KnownPlace.Settled settled = KnownPlace.Settle(
                stay.Place, ReportedPlace.Of(52.52, 13.405)!, PositionSource.Gps, true, LocationTier.Local, movesLeft, Now);
            return (stay.With(Device(device, activity), Lifetime) with { Place = settled.Place }, settled.IsMove);
        },
        Now);

    private async Task<string?> Get(string key) => await server.Ask(database => database.StringGetAsync(key));
}

public sealed class PresenceKeysOnOneServer(SoloSite site) : PresenceKeysContract(site), IClassFixture<SoloSite>;

public sealed class PresenceKeysOnACluster(ClusterSite site) : PresenceKeysContract(site), IClassFixture<ClusterSite>;
