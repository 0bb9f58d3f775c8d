using Wya.Api.Http;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// The connections of this process. Whoever is added while a page is under way does not hear of that page, and is told how
/// far it reaches: so between what one reads from the log and what one hears there is neither a gap nor an overlap.
/// </summary>
internal sealed class LiveFeeds(LiveOptions options, Settings settings)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<LiveConnection>> byUser = [];
    private Guid[]? users = [];
    private readonly long[] begun = [.. Enumerable.Repeat(-1L, settings.MessagingPartitions)];
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>All of the log up to here has been handed to those who were connected, or is being handed; -1 before it was first seen.</summary>
    public long Begun(int partition)
    {
        lock (gate)
        {
            return begun[partition];
        }
    }

    /// <summary>From now on a new connection hears of what comes after this.</summary>
    /// <returns>Who is connected.</returns>
    public Guid[] Begin(int partition, long to)
    {
        lock (gate)
        {
            begun[partition] = Math.Max(begun[partition], to);
            return users ??= [.. byUser.Keys];
        }
    }

    /// <summary>Whether nobody is connected; then from now on a new connection hears of what comes after this.</summary>
    public bool PassOver(int partition, long to)
    {
        lock (gate)
        {
            if (count > 0 || begun[partition] < 0)
            {
                return false;
            }

            begun[partition] = Math.Max(begun[partition], to);
            return true;
        }
    }

    public Guid[] Users()
    {
        lock (gate)
        {
            return users ??= [.. byUser.Keys];
        }
    }

    /// <param name="after">What the client has; null for who begins now.</param>
    /// <returns>A connection that hears of what comes after <c>From</c>; what lies between the client's place and that is in the log.</returns>
    public (LiveConnection? Connection, IReadOnlyList<long> From, Problem? Problem) Add(Guid user, LivePlace? after)
    {
        lock (gate)
        {
            if (begun.Any(position => position < 0))
            {
                return (null, [], Problems.StoreUnavailable(TimeSpan.FromSeconds(1)));
            }

            if (count >= options.ConnectionsMax)
            {
                return (null, [], LiveProblems.FeedsFull);
            }

            List<LiveConnection> own = byUser.TryGetValue(user, out List<LiveConnection>? known) ? known : [];
            if (own.Count >= options.ConnectionsPerPersonMax)
            {
                return (null, [], LiveProblems.TooManyFeeds);
            }

            var connection = new LiveConnection(user, [.. begun.Select((position, partition) => Math.Max(position, after?[partition] ?? 0))], options);
            own.Add(connection);
            if (own.Count == 1)
            {
                byUser[user] = own;
                users = null;
            }

            count++;
            return (connection, [.. begun], null);
        }
    }

    public void Remove(LiveConnection connection)
    {
        lock (gate)
        {
            if (byUser.TryGetValue(connection.User, out List<LiveConnection>? own) && own.Remove(connection))
            {
                count--;
                if (own.Count == 0)
                {
                    byUser.Remove(connection.User);
                    users = null;
                }
            }
        }
    }

    public void Offer(Delivery delivery)
    {
        lock (gate)
        {
            if (byUser.TryGetValue(delivery.User, out List<LiveConnection>? own))
            {
                foreach (LiveConnection connection in own)
                {
                    connection.Offer(delivery.Frame);
                }
            }
        }
    }
}
