namespace Wya.EventStore.Postgres;

/// <summary>A consumer as the sessions of its target database see it.</summary>
/// <param name="Leader">The session that leads it; null when it is free.</param>
/// <param name="Standing">The sessions that can lead it and still say something, with how many consumers they lead.</param>
internal sealed record ConsumerStanding(string Name, int? Leader, IReadOnlyDictionary<int, int> Standing);

/// <summary>
/// Who should lead what, so that the consumers of a database are spread evenly over the processes that can run them.
/// Whoever sees the same state comes to the same answer: a free consumer goes to whom leads least, and who leads at least
/// two more than another gives one up to it. So a process that joins is given its share, and nothing moves without need.
/// </summary>
internal static class ElectionShares
{
    /// <returns>What the session should try to lead, and what it should give up.</returns>
    public static (List<string> Take, List<string> GiveUp) Of(IReadOnlyList<ConsumerStanding> consumers, int me)
    {
        Dictionary<int, int> led = [];
        foreach ((int session, int count) in consumers.SelectMany(consumer => consumer.Standing))
        {
            led[session] = count;
        }

        List<string> take = [], giveUp = [];
        foreach (ConsumerStanding consumer in consumers.Where(consumer => consumer.Standing.Count > 0).OrderBy(consumer => consumer.Name, StringComparer.Ordinal))
        {
            int least = consumer.Standing.Keys.MinBy(session => (led[session], session));
            if (consumer.Leader is not { } leader)
            {
                led[least]++;
                if (least == me)
                {
                    take.Add(consumer.Name);
                }
            }
            else if (led.GetValueOrDefault(leader) > led[least] + 1)
            {
                led[leader]--;
                led[least]++;
                if (leader == me)
                {
                    giveUp.Add(consumer.Name);
                }
            }
        }

        return (take, giveUp);
    }
}
