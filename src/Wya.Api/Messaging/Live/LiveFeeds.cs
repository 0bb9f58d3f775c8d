using Wya.Api.Http;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// The connections of this process. Whoever is added while a page is under way does not hear of that page, and is told how
/// far it reaches: so between what one reads from the log and what one hears there is neither a gap nor an overlap.
/// </summary>
internal sealed class LiveFeeds(LiveOptions options)
{
    private readonly Lock gate = new();
    private readonly Dictionary<Guid, List<LiveConnection>> byUser = [];
    private Guid[]? users = [];
    private long begun = -1;
    private int count;

    public int Count => Volatile.Read(ref count);

    /// <summary>All up to here has been handed to those who were connected, or is being handed; -1 before the log was first seen.</summary>
    public long Begun
    {
        get
        {
            lock (gate)
            {
                return begun;
            }
        }
    }

    /// <summary>From now on a new connection hears of what comes after this.</summary>
    /// <returns>Who is connected.</returns>
    public Guid[] Begin(long to)
    {
        lock (gate)
        {
            begun = Math.Max(begun, to);
            return users ??= [.. byUser.Keys];
        }
    }

    /// <summary>Whether nobody is connected; then from now on a new connection hears of what comes after this.</summary>
    public bool PassOver(long to)
    {
        lock (gate)
        {
            if (count > 0 || begun < 0)
            {
                return false;
            }

            begun = Math.Max(begun, to);
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
    public (LiveConnection? Connection, long From, Problem? Problem) Add(Guid user, long? after)
    {
        lock (gate)
        {
            if (begun < 0)
            {
                return (null, 0, Problems.StoreUnavailable(TimeSpan.FromSeconds(1)));
            }

            if (count >= options.ConnectionsMax)
            {
                return (null, 0, LiveProblems.FeedsFull);
            }

            List<LiveConnection> own = byUser.TryGetValue(user, out List<LiveConnection>? known) ? known : [];
            if (own.Count >= options.ConnectionsPerPersonMax)
            {
                return (null, 0, LiveProblems.TooManyFeeds);
            }

            var connection = new LiveConnection(user, Math.Max(begun, after ?? 0), options);
            own.Add(connection);
            if (own.Count == 1)
            {
                byUser[user] = own;
                users = null;
            }

            count++;
            return (connection, begun, null);
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
