namespace Wya.Prove.Delivery;

/// <summary>Faults made on purpose in what was recorded and seen; each must be found, and found to be what it is.</summary>
internal static class DeliveryFaults
{
    public static void Tell(
        IReadOnlyList<Place> log, IReadOnlyList<SentMessage> sent, IReadOnlyList<FeedEntry> expected, IReadOnlyList<FeedEntry> seen,
        IReadOnlyList<PageEntry> messages, PagePass pass, Figures figures)
    {
        Place victim = log.Where(place => place.Type == Place.Sent && sent.Any(message => message.Id == place.Id && message.Sequence > 0)).ElementAt(1);
        figures.MustBe("planted_loss_found", DeliveryChecker.CheckSends([.. log.Where(place => place != victim)], sent).Lost, 1);
        figures.MustBe(
            "planted_double_found",
            DeliveryChecker.CheckSends(
                [.. log, victim with { Position = log[^1].Position + 1, Sequence = log.Where(place => place.Conversation == victim.Conversation).Max(place => place.Sequence) + 1 }],
                sent).Doubled,
            1);
        SentMessage acknowledged = sent.First(message => message.Id == victim.Id);
        figures.MustBe(
            "planted_wrong_sequence_found",
            DeliveryChecker.CheckSends(log, [.. sent.Select(message => message == acknowledged ? message with { Sequence = message.Sequence + 1 } : message)]).Misplaced,
            1);
        int middle = seen.Count / 2;
        figures.MustBe("planted_feed_gap_found", DeliveryChecker.CheckSeen(expected, [.. seen.Where((_, i) => i != middle)]).Missed, 1);
        figures.MustBe("planted_feed_double_found", DeliveryChecker.CheckSeen(expected, [.. seen, seen[middle]]).Doubled, 1);
        FeedEntry[] swapped = [.. seen];
        (swapped[middle - 1], swapped[middle]) = (swapped[middle], swapped[middle - 1]);
        figures.MustBe("planted_feed_swap_found", DeliveryChecker.CheckSeen<FeedEntry>(expected, swapped).OutOfOrder, 1);
        figures.MustBe(
            "planted_page_skip_found",
            DeliveryChecker.CheckPass(messages, pass with { Read = [.. pass.Read.Where((_, i) => i != pass.Read.Count / 2)] }).Missed,
            1);
    }
}
