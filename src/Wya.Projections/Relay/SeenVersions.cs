namespace Wya.Projections.Relay;

/// <summary>
/// What a consumer remembers to take each event once: of each stream the last version that it took. That is enough, because
/// first arrivals are in order. A consumer that keeps rows of its own keeps this beside them, in the same transaction.
/// It holds the streams that were heard of last; of one that was forgotten, a repetition is taken once more.
/// </summary>
public sealed class SeenVersions(int streamsMax = 1_000_000)
{
    private readonly Dictionary<Guid, long> last = [];
    private readonly Queue<Guid> age = [];

    /// <summary>Whether the event is to be taken; false for a repetition.</summary>
    public bool Takes(PublishedEvent published)
    {
        bool isKnown = last.TryGetValue(published.StreamId, out long version);
        if (isKnown && published.Version <= version)
        {
            return false;
        }

        if (!isKnown)
        {
            age.Enqueue(published.StreamId);
            if (age.Count > streamsMax)
            {
                last.Remove(age.Dequeue());
            }
        }

        last[published.StreamId] = published.Version;
        return true;
    }
}
