using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>What is planned for the town's people: their friends and their day.</summary>
public sealed class TownLifeTests
{
    private static readonly Town Town = Town.Plan(200, 1, new DateOnly(2026, 11, 22));

    [Fact]
    public void Everybody_has_one_to_five_friends_of_their_own_age_layer_and_is_tied_to_nobody_twice()
    {
        IReadOnlyList<PlannedTie> ties = TownTies.Plan(Town, 1).Ties;

        ties.ShouldBe(TownTies.Plan(Town, 1).Ties);
        ties.ShouldNotBe(TownTies.Plan(Town, 2).Ties);
        ties.ShouldAllBe(tie => tie.One != tie.Other && Town.Residents[tie.One].AgeLayer == Town.Residents[tie.Other].AgeLayer);
        ties.Select(tie => (Math.Min(tie.One, tie.Other), Math.Max(tie.One, tie.Other))).ShouldBeUnique();
        foreach ((int place, Resident resident) in Town.Residents.Index())
        {
            int friends = ties.Count(tie => tie.Kind == TieKind.Friendship && (tie.One == place || tie.Other == place));
            friends.ShouldBeInRange(1, TownTies.FriendsMax);
        }

        ties.Count(tie => tie.Kind == TieKind.Follow).ShouldBeGreaterThan(20);
        ties.Count(tie => tie.Kind == TieKind.Request).ShouldBeInRange(3, 40);
        ties.Where(tie => tie.Kind == TieKind.Block).Select(tie => Town.Residents[tie.One].AgeLayer).ShouldBe([AgeLayer.Minor, AgeLayer.Minor]);
        TownTies.Plan(Town.Plan(1, 1, new DateOnly(2026, 11, 22)), 1).Ties.ShouldBeEmpty();
    }

    [Fact]
    public void A_day_leads_from_home_to_school_or_work_to_the_evening_and_home()
    {
        foreach (Resident resident in Town.Residents)
        {
            Whereabouts[] day = [.. Enumerable.Range(0, 24 * 60).Select(minute => TownDay.At(resident, new TimeOnly(minute / 60, minute % 60)))];
            day.ShouldAllBe(here => here.Cell.StartsWith(TownDay.Centre) && Cell.Parse(here.Cell)!.Value.Tier == LocationTier.Immediate);
            day[4 * 60].ShouldBe(TownDay.At(resident, new TimeOnly(4, 30)));
            day[4 * 60].Activity.ShouldBe(Activity.Idle, "they sleep");
            day[12 * 60].Cell.ShouldNotBe(day[4 * 60].Cell);
            day[(23 * 60) + 59].Cell.ShouldBe(day[4 * 60].Cell);
        }

        int InRooms(int hour) => Town.Residents.Count(resident => TownDay.At(resident, new TimeOnly(hour, 0)).RoomId is not null);
        InRooms(12).ShouldBe(0);
        InRooms(19).ShouldBeGreaterThan(50);
        int Sharing(AgeLayer layer) => Town.Residents.Count(resident => resident.AgeLayer == layer && TownDay.SharesPlace(resident));
        int Living(AgeLayer layer) => Town.Residents.Count(resident => resident.AgeLayer == layer);
        Sharing(AgeLayer.Adult).ShouldBe(Living(AgeLayer.Adult));
        Sharing(AgeLayer.Transitional).ShouldBeInRange(Living(AgeLayer.Transitional) / 3, Living(AgeLayer.Transitional) - 1);
        Sharing(AgeLayer.Minor).ShouldBeInRange(Living(AgeLayer.Minor) / 4, Living(AgeLayer.Minor) * 3 / 4);
    }

    [Fact]
    public async Task Who_stays_says_so_every_half_minute_and_minors_turn_location_on_each_time()
    {
        var clock = new PassingClock();
        using var heard = new Heard();
        using var api = new ApiClient(new HttpClient(heard) { BaseAddress = new Uri("http://api/") }, clock, "a-token");
        Dictionary<int, Neighbour> people = Town.Residents.Index().ToDictionary(one => one.Index, _ => new Neighbour(Guid.NewGuid(), api));
        int sharing = Town.Residents.Count(TownDay.SharesPlace);

        Walked walked = await new WalkTown(api, Town, people, 1, clock).Run(stayMinutes: 3, () => { }, CancellationToken.None);

        (walked.Around, walked.Sharing, clock.Waits).ShouldBe((sharing, sharing, 6));
        heard.Beats.Count.ShouldBe(7 * sharing);
        heard.Beats.Count(beat => beat.TryGetProperty("location_is_on", out JsonElement isOn) && isOn.ValueKind == JsonValueKind.True)
            .ShouldBe(7 * Town.Residents.Count(resident => resident.AgeLayer == AgeLayer.Minor && TownDay.SharesPlace(resident)));
        heard.Beats.ShouldAllBe(beat => beat.GetProperty("position").GetProperty("source").GetString() == "manual");

        using var interrupted = new CancellationTokenSource();
        Task<Walked> stay = new WalkTown(api, Town, people, 1, clock).Run(WalkTown.StayMinutesMax, interrupted.Cancel, interrupted.Token);
        await Should.ThrowAsync<OperationCanceledException>(stay);
    }

    /// <summary>Takes everything.</summary>
    private sealed class Heard : HttpMessageHandler
    {
        public ConcurrentBag<JsonElement> Beats { get; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (request.RequestUri!.AbsolutePath == "/me/presence/heartbeat")
            {
                Beats.Add(JsonElement.Parse(await request.Content!.ReadAsByteArrayAsync(cancellationToken)));
            }

            return new HttpResponseMessage(HttpStatusCode.NoContent);
        }
    }

    /// <summary>Counts how often it is asked to wait, and lets the time pass at once.</summary>
    private sealed class PassingClock : TimeProvider
    {
        private DateTimeOffset now = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

        public int Waits { get; private set; }

        public override DateTimeOffset GetUtcNow() => now;

        public override long GetTimestamp() => now.UtcTicks;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            Waits++;
            now += dueTime;
            return base.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
