using Wya.Domain.Presence.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;

namespace Wya.Cli;

/// <summary>How many people are there now. It counts, and names nobody.</summary>
internal static class ShowPresenceStatus
{
    private static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(100);

    public static Verb Verb(Surroundings here)
    {
        var verb = new Verb("status", "Counts the people who are there now, by status and by how closely they are placed.", "wya presence status", "wya presence status --json");
        verb.SetAction((parsed, ct) => Run(here, new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Answer answer, CancellationToken ct)
    {
        await using var server = new RedisServer("presence", Settings.Redis(here, "presence"), RedisServer.AnswerInTheEnd);
        PresenceCounts counts;
        try
        {
            await Reach(server, here, ct).ConfigureAwait(false);
            counts = await PresenceCensus.Take(server, new PresenceKeys(server, TimeSpan.FromSeconds(120)), ct).ConfigureAwait(false);
        }
        catch (RedisAwayException away)
        {
            throw new VerbRefusedException($"{away.Message} While it is, nobody is around.", cause: away);
        }

        answer.Give(
            counts,
            $"{Visible.Count(counts.People, "person", "people")} there with {Visible.Count(counts.Devices, "device", "devices")}: {Visible.Count(counts.Online)} online, "
            + $"{Visible.Count(counts.Away)} away; {Visible.Count(counts.InRooms)} in rooms; placed {Placed(counts)}.");
        return ExitCodes.Done;
    }

    private static string Placed(PresenceCounts counts) =>
        string.Join(", ", Enum.GetValues<LocationTier>().Select(tier => $"{tier.ToString().ToLowerInvariant()} {Visible.Count(counts.Sharing[tier])}"));

    /// <summary>The connection is made in the background; a tool has time to wait for it.</summary>
    private static async Task Reach(RedisServer server, Surroundings here, CancellationToken ct)
    {
        long start = here.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await server.Ping(ct).ConfigureAwait(false);
                return;
            }
            catch (RedisAwayException) when (here.Clock.GetElapsedTime(start) < ReachWithin)
            {
                await Task.Delay(TryAgainAfter, here.Clock, ct).ConfigureAwait(false);
            }
        }
    }
}
