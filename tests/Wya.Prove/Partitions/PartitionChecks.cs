using Wya.Prove.Delivery;
using Wya.Prove.Servers;

namespace Wya.Prove.Partitions;

/// <summary>Compares what was told with the logs, and plants faults that it must find.</summary>
internal static class PartitionChecks
{
    public static async Task Tell(
        SystemSite site, int partitions, DeliveryTown town, DeliveryLoad load, IReadOnlyList<Place> log, IReadOnlyList<Place> before, Figures figures, CancellationToken ct)
    {
        HashSet<Guid> known = [.. load.Sent.Select(message => message.Id)];
        IReadOnlyList<SentMessage> sent = [.. load.Sent, .. log.Where(place => place.Type == Place.Sent && !known.Contains(place.Id) && before.Contains(place))
            .Select(place => new SentMessage(place.Id, place.Conversation, -1, 0))];
        DeliveryChecker.CheckSends(log, sent).Tell(figures); // a conversation that two logs had taken events of would have a gap

        SeenFindings feeds = default;
        for (int person = 0; person < town.People.Count; person++)
        {
            feeds += Seen(PartitionProof.Expected(log, before, town, person), load.Feeds[person].Seen);
        }

        figures.Note("feed_events", load.Feeds.Sum(feed => (long)feed.Seen.Count));
        figures.MustBe("feed_gaps_told", load.Feeds.Sum(feed => feed.Gaps), 0);
        feeds.Tell(figures, "feeds");
        await Stores(site, partitions, figures, ct);
        await Pages(town, load, log, figures, ct);
        Faults(log, sent, PartitionProof.Expected(log, before, town, 0), load.Feeds[0].Seen, figures);
    }

    /// <summary>Each of the logs by itself, and how they share the slots.</summary>
    private static async Task Stores(SystemSite site, int partitions, Figures figures, CancellationToken ct)
    {
        long holes = 0, here = 0, least = long.MaxValue, otherwise = 0, moved = 0;
        foreach (string name in Spreading.Logs(partitions))
        {
            ProofDatabase database = site.Database(name);
            holes += await database.Scalar("select (select position from log.wya_log_head) - count(*) from log.mt_events", ct);
            long slots = await database.Count("log.wya_slots where state = 'here'", ct);
            otherwise += await database.Count("log.wya_slots where state in ('leaving', 'coming')", ct) + await database.Count("log.wya_moved_streams where not has_arrived", ct);
            moved += await database.Count("log.wya_moved_streams where has_arrived", ct);
            (here, least) = (here + slots, Math.Min(least, slots));
        }

        figures.MustBe("holes", holes, 0);
        figures.MustBe("slots_held", here, 256);
        figures.MustBe("slots_held_by_the_least", least, 256 / partitions);
        figures.MustBe("left_under_way", otherwise, 0);
        figures.MustBeAtLeast("conversations_moved", moved, 1);
    }

    /// <summary>Everything is read where it is now, in order and whole.</summary>
    private static async Task Pages(DeliveryTown town, DeliveryLoad load, IReadOnlyList<Place> log, Figures figures, CancellationToken ct)
    {
        SeenFindings pages = default;
        foreach ((Guid conversation, int[] participants) in town.Conversations)
        {
            IReadOnlyList<PageEntry> messages =
                [.. log.Where(place => place.Conversation == conversation && place.Type == Place.Sent).Select(place => new PageEntry(place.Sequence, place.Id, null))];
            foreach (PagePass pass in await load.ReadBoth(conversation, participants, ct))
            {
                pages += DeliveryChecker.CheckPass(messages, pass with { Read = [.. pass.Read.Select(entry => entry with { Mark = null })] });
            }
        }

        pages.Tell(figures, "pages");
    }

    /// <summary>Of each conversation by itself: between two of them, feeds have an order that is nobody's.</summary>
    private static SeenFindings Seen(IReadOnlyList<Place> expected, IReadOnlyList<FeedEntry> seen)
    {
        ILookup<Guid, FeedEntry> heard = seen.Select(entry => entry with { Position = 0 }).ToLookup(entry => entry.Conversation);
        SeenFindings all = default;
        foreach (IGrouping<Guid, Place> conversation in expected.GroupBy(place => place.Conversation))
        {
            all += DeliveryChecker.CheckSeen([.. conversation.Select(place => FeedEntry.Of(place) with { Position = 0 })], [.. heard[conversation.Key]]);
        }

        return all;
    }

    private static void Faults(IReadOnlyList<Place> log, IReadOnlyList<SentMessage> sent, IReadOnlyList<Place> expected, IReadOnlyList<FeedEntry> seen, Figures figures)
    {
        Place victim = log.First(place => sent.Any(message => message.Id == place.Id && message.Sequence > 1));
        figures.MustBe("planted_loss_found", DeliveryChecker.CheckSends([.. log.Where(place => place != victim)], sent).Lost, 1);
        figures.MustBe("planted_double_found", DeliveryChecker.CheckSends([.. log, victim], sent).Doubled, 1);
        FeedEntry[] swapped = [.. seen];
        int last = Array.FindLastIndex(swapped, entry => swapped.Count(other => other.Conversation == entry.Conversation) > 1);
        int first = Array.FindIndex(swapped, entry => entry.Conversation == swapped[last].Conversation);
        (swapped[first], swapped[last]) = (swapped[last], swapped[first]);
        figures.MustBeAtLeast("planted_swap_found", Seen(expected, swapped).OutOfOrder, 1);
        figures.MustBe("planted_gap_found", Seen(expected, [.. seen.Skip(1)]).Missed, 1);
    }
}
