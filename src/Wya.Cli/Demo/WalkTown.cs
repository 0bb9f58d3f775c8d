using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Cli;

/// <summary>
/// Lets everybody who shares a place say that they are there, where the day has them at this hour; for as long as they stay,
/// again and again. Where they are is told to the API, and is neither printed nor kept.
/// </summary>
/// <param name="people">Those who live in the system now, by their place in the town's list.</param>
internal sealed class WalkTown(ApiClient api, Town town, IReadOnlyDictionary<int, Neighbour> people, int seed, TimeProvider clock)
{
    public const int StayMinutesMax = 1_440;

    private const int AtTheSameTime = 8;
    private const int BeatsPerMinute = 2;
    private static readonly TimeSpan BeatEvery = TimeSpan.FromMinutes(1) / BeatsPerMinute;

    private readonly (Resident Resident, ApiClient Api)[] walkers =
        [.. people.Where(one => TownDay.SharesPlace(town.Residents[one.Key])).Select(one => (town.Residents[one.Key], one.Value.Api))];

    private int turnedOn, newlyTurnedOn;

    /// <summary>How often everybody says it.</summary>
    public static int Rounds(int stayMinutes) => 1 + (stayMinutes * BeatsPerMinute);

    public async Task<Walked> Run(int stayMinutes, Action oneMoreRound, CancellationToken ct)
    {
        long head = await api.Begin(ct).ConfigureAwait(false);
        IEnumerable<(Resident, ApiClient Api)> choosing = walkers.Where(walker => walker.Resident.AgeLayer == AgeLayer.Transitional);
        await ForEach(choosing, (walker, ct) => TurnOn(walker.Api, head, ct), ct).ConfigureAwait(false);
        int around = 0;
        for (int round = 0; round < Rounds(stayMinutes); round++)
        {
            long began = clock.GetTimestamp();
            around = 0;
            await ForEach(walkers, async (walker, ct) =>
            {
                bool isTaken = await Beat(walker.Resident, walker.Api, ct).ConfigureAwait(false);
                Interlocked.Add(ref around, isTaken ? 1 : 0);
            }, ct).ConfigureAwait(false);
            oneMoreRound();
            TimeSpan left = BeatEvery - clock.GetElapsedTime(began);
            if (round < Rounds(stayMinutes) - 1 && left > TimeSpan.Zero)
            {
                await Task.Delay(left, clock, ct).ConfigureAwait(false);
            }
        }

        return new Walked(around, walkers.Length, turnedOn, newlyTurnedOn);
    }

    /// <returns>False while presence is away: then nobody is around.</returns>
    private async Task<bool> Beat(Resident resident, ApiClient self, CancellationToken ct)
    {
        Whereabouts here = TownDay.At(resident, TimeOnly.FromDateTime(clock.GetUtcNow().UtcDateTime));
        var beat = new
        {
            here.Activity,
            here.RoomId,
            Position = new { here.Cell, Source = "manual" },
            LocationIsOn = resident.AgeLayer == AgeLayer.Minor ? true : (bool?)null, // for them, each stay anew
        };
        ApiClient.Reply reply = await self.Send(HttpMethod.Post, "me/presence/heartbeat", beat, null, signedIn: true, ct).ConfigureAwait(false);
        return reply.IsSuccess ? !reply.IsDegraded : throw ApiClient.Unexpected("POST /me/presence/heartbeat", reply);
    }

    private async Task TurnOn(ApiClient self, long head, CancellationToken ct)
    {
        var chosen = new { PrivacyLevel = PrivacyLevel.General, IsInvisible = false, LocationIsOn = true };
        byte[] digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{chosen}"));
        string key = "demo-" + Convert.ToHexStringLower(digest.AsSpan(0, 16)); // keys are each caller's own
        ApiClient.Reply reply = await self.Send(HttpMethod.Put, "me/presence/settings", chosen, key, signedIn: true, ct).ConfigureAwait(false);
        if (!reply.IsSuccess)
        {
            throw ApiClient.Unexpected("PUT /me/presence/settings", reply);
        }

        Interlocked.Increment(ref turnedOn);
        Interlocked.Add(ref newlyTurnedOn, reply.Position > head ? 1 : 0);
    }

    private static Task ForEach<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken ct) => Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime, CancellationToken = ct },
        async (one, ct) => await act(one, ct).ConfigureAwait(false));
}
