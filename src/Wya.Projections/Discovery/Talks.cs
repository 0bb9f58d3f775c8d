namespace Wya.Projections.Discovery;

/// <summary>
/// Who has lately written in one conversation with whom: heard of as messaging records it, bounded, and gone with the
/// process. It knows nothing of what was written.
/// </summary>
public sealed class Talks(TimeProvider clock)
{
    public static readonly TimeSpan LastsFor = TimeSpan.FromHours(24);

    private const int ConversationsMax = 200_000;
    private const int OfPersonMax = 32;
    private const int WritersMax = 16;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, Dictionary<Guid, DateTimeOffset>> writers = [];
    private readonly Dictionary<Guid, List<Guid>> conversations = [];

    public void Wrote(Guid conversation, Guid writer, DateTimeOffset at)
    {
        lock (gate)
        {
            if (writers.Count >= ConversationsMax)
            {
                writers.Clear();
                conversations.Clear();
            }

            Dictionary<Guid, DateTimeOffset> known = writers.TryGetValue(conversation, out Dictionary<Guid, DateTimeOffset>? there) ? there : writers[conversation] = [];
            if (known.Count >= WritersMax && !known.ContainsKey(writer))
            {
                known.Remove(known.MinBy(one => one.Value).Key);
            }

            known[writer] = at;
            List<Guid> own = conversations.TryGetValue(writer, out List<Guid>? mine) ? mine : conversations[writer] = [];
            own.Remove(conversation);
            own.Add(conversation);
            if (own.Count > OfPersonMax)
            {
                own.RemoveAt(0);
            }
        }
    }

    public IReadOnlySet<Guid> With(Guid person)
    {
        lock (gate)
        {
            DateTimeOffset since = clock.GetUtcNow() - LastsFor;
            HashSet<Guid> others = [];
            foreach (Guid conversation in conversations.TryGetValue(person, out List<Guid>? own) ? own : [])
            {
                Dictionary<Guid, DateTimeOffset> known = writers[conversation];
                if (known.TryGetValue(person, out DateTimeOffset at) && at > since)
                {
                    others.UnionWith(known.Where(one => one.Value > since && one.Key != person).Select(one => one.Key));
                }
            }

            return others;
        }
    }
}
