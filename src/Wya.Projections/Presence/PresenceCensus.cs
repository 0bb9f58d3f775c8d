using System.Net;
using System.Runtime.CompilerServices;
using StackExchange.Redis;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Redis;

namespace Wya.Projections.Presence;

/// <param name="People">Who are there.</param>
/// <param name="Sharing">Who share a place, by how closely.</param>
public sealed record PresenceCounts(
    int People, int Online, int Away, int Devices, int InRooms, IReadOnlyDictionary<LocationTier, int> Sharing);

/// <summary>Counts who is there, for operators: numbers, and nobody's name. It walks over all keys, a page at a time.</summary>
public static class PresenceCensus
{
    private const int PageKeys = 1_000;
    private const string Prefix = "presence:{";

    /// <exception cref="RedisAwayException">Not all could be counted.</exception>
    public static async Task<PresenceCounts> Take(RedisServer server, PresenceKeys keys, CancellationToken ct = default)
    {
        int people = 0, online = 0, devices = 0, inRooms = 0;
        Dictionary<LocationTier, int> sharing = Enum.GetValues<LocationTier>().ToDictionary(tier => tier, _ => 0);
        await foreach ((_, Present present) in Everybody(server, keys, ct).ConfigureAwait(false))
        {
            people++;
            online += present.Snapshot.Status == PresenceStatus.Online ? 1 : 0;
            devices += present.Stay.Devices.Count;
            inRooms += present.Snapshot.RoomId is null ? 0 : 1;
            if (present.Snapshot.LocationTier is { } tier)
            {
                sharing[tier]++;
            }
        }

        return new PresenceCounts(people, online, people - online, devices, inRooms, sharing);
    }

    /// <summary>Everybody who is there, a page at a time: for who has not listened so far, or may have missed something.</summary>
    /// <exception cref="RedisAwayException">Not all could be read.</exception>
    public static async IAsyncEnumerable<(Guid UserId, Present Present)> Everybody(
        RedisServer server, PresenceKeys keys, [EnumeratorCancellation] CancellationToken ct = default)
    {
        ConnectionMultiplexer connection = await server.Ask(database => Task.FromResult((ConnectionMultiplexer)database.Multiplexer), ct).ConfigureAwait(false);
        foreach (Guid[] page in Ids(connection, server.Name).Chunk(PresenceKeys.BatchMax))
        {
            foreach ((Guid user, Present present) in await keys.Read(page, ct).ConfigureAwait(false))
            {
                yield return (user, present);
            }
        }
    }

    /// <summary>Of every master; a key that moves meanwhile may be met twice or not at all.</summary>
    private static IEnumerable<Guid> Ids(ConnectionMultiplexer connection, string name)
    {
        foreach (EndPoint address in connection.GetEndPoints())
        {
            IServer node = connection.GetServer(address);
            if (!node.IsConnected || node.IsSlave)
            {
                continue;
            }

            using IEnumerator<RedisKey> found = node.Keys(pattern: Prefix + "*", pageSize: PageKeys).GetEnumerator();
            while (Next(found, name))
            {
                if (Guid.TryParse(((string)found.Current!)[Prefix.Length..^1], out Guid id))
                {
                    yield return id;
                }
            }
        }
    }

    private static bool Next(IEnumerator<RedisKey> keys, string name)
    {
        try
        {
            return keys.MoveNext();
        }
        catch (Exception away) when (away is RedisException or TimeoutException)
        {
            throw new RedisAwayException(name, "not reached");
        }
    }
}
