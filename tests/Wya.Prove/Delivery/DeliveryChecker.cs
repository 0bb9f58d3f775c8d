namespace Wya.Prove.Delivery;

/// <summary>What the log has against those who wrote to it.</summary>
/// <param name="Lost">Acknowledged, and not in the log.</param>
/// <param name="Doubled">In the log more than once, by id.</param>
/// <param name="Misplaced">Acknowledged with another sequence than the log's, or in another conversation.</param>
/// <param name="OutOfOrder">Acknowledged after an earlier message of the same sender, and standing before it.</param>
/// <param name="Foreign">In the log, and sent by nobody.</param>
/// <param name="SequenceGaps">Places where the sequence of a conversation is not 1, 2, 3 …</param>
internal sealed record SendFindings(long Acknowledged, long Lost, long Doubled, long Misplaced, long OutOfOrder, long Foreign, long SequenceGaps)
{
    public bool Holds => (Lost | Doubled | Misplaced | OutOfOrder | Foreign | SequenceGaps) == 0;

    public void Tell(Figures figures)
    {
        figures.MustBe("lost", Lost, 0);
        figures.MustBe("doubled", Doubled, 0);
        figures.MustBe("wrong_sequence", Misplaced, 0);
        figures.MustBe("out_of_order", OutOfOrder, 0);
        figures.MustBe("foreign", Foreign, 0);
        figures.MustBe("sequence_gaps", SequenceGaps, 0);
    }
}

/// <summary>What somebody saw, against all that they should have seen, in that order and no other.</summary>
/// <param name="Foreign">Seen, and not to be seen.</param>
internal readonly record struct SeenFindings(long Missed, long Doubled, long OutOfOrder, long Foreign)
{
    public bool Holds => (Missed | Doubled | OutOfOrder | Foreign) == 0;

    public static SeenFindings operator +(SeenFindings a, SeenFindings b) => Add(a, b);

    public static SeenFindings Add(SeenFindings a, SeenFindings b) =>
        new(a.Missed + b.Missed, a.Doubled + b.Doubled, a.OutOfOrder + b.OutOfOrder, a.Foreign + b.Foreign);

    public void Tell(Figures figures, string of)
    {
        figures.MustBe($"{of}_missed", Missed, 0);
        figures.MustBe($"{of}_doubled", Doubled, 0);
        figures.MustBe($"{of}_out_of_order", OutOfOrder, 0);
        figures.MustBe($"{of}_foreign", Foreign, 0);
    }
}

/// <summary>Compares what clients were told with the log itself, by message id.</summary>
internal static class DeliveryChecker
{
    /// <param name="sent">Each message once, each sender's in the order in which they were sent.</param>
    public static SendFindings CheckSends(IReadOnlyList<Place> log, IReadOnlyList<SentMessage> sent)
    {
        Dictionary<Guid, Place> byId = new(log.Count);
        Dictionary<Guid, long> heads = [];
        long doubled = 0, gaps = 0;
        foreach (Place place in log)
        {
            doubled += byId.TryAdd(place.Id, place) ? 0 : 1;
            gaps += place.Sequence == heads.GetValueOrDefault(place.Conversation) + 1 ? 0 : 1;
            heads[place.Conversation] = place.Sequence;
        }

        long acknowledged = 0, lost = 0, misplaced = 0, outOfOrder = 0;
        HashSet<Guid> known = new(sent.Count);
        Dictionary<(int Sender, Guid Conversation), long> last = [];
        foreach (SentMessage message in sent)
        {
            known.Add(message.Id);
            if (message.Sequence == 0)
            {
                continue; // never answered: it may be there or not
            }

            acknowledged++;
            if (!byId.TryGetValue(message.Id, out Place? place))
            {
                lost++;
                continue;
            }

            misplaced += place.Conversation == message.Conversation && place.Sequence == message.Sequence ? 0 : 1;
            outOfOrder += place.Sequence > last.GetValueOrDefault((message.Sender, message.Conversation)) ? 0 : 1;
            last[(message.Sender, message.Conversation)] = place.Sequence;
        }

        return new SendFindings(
            acknowledged, lost, doubled, misplaced, outOfOrder,
            log.LongCount(place => place.Type == Place.Sent && !known.Contains(place.Id)), gaps);
    }

    /// <param name="expected">Without doubles.</param>
    public static SeenFindings CheckSeen<T>(IReadOnlyList<T> expected, IReadOnlyList<T> seen)
        where T : notnull
    {
        Dictionary<T, int> places = new(expected.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            places.Add(expected[i], i);
        }

        HashSet<T> once = new(seen.Count);
        long doubled = 0, outOfOrder = 0, foreign = 0;
        int before = -1;
        foreach (T one in seen)
        {
            if (!once.Add(one))
            {
                doubled++;
            }
            else if (!places.TryGetValue(one, out int place))
            {
                foreign++;
            }
            else
            {
                outOfOrder += place > before ? 0 : 1;
                before = Math.Max(before, place);
            }
        }

        return new SeenFindings(expected.LongCount(one => !once.Contains(one)), doubled, outOfOrder, foreign);
    }

    /// <summary>What a person's feed must hold: all of their conversations after the position at which it began.</summary>
    public static IReadOnlyList<FeedEntry> ExpectedFeed(IReadOnlyList<Place> log, IReadOnlySet<Guid> conversations, long after) =>
        [.. log.Where(place => place.Position > after && conversations.Contains(place.Conversation)).Select(FeedEntry.Of)];

    /// <summary>
    /// A pass over a conversation, up to the last message that it came to. It must have come at least as far as what had
    /// been acknowledged when it began.
    /// </summary>
    public static SeenFindings CheckPass(IReadOnlyList<PageEntry> messages, PagePass pass)
    {
        long end = Math.Max(pass.AcknowledgedBefore, pass.Read.Count == 0 ? 0 : pass.Read.Max(entry => entry.Sequence));
        return CheckSeen([.. messages.Where(message => message.Sequence <= end)], pass.Read);
    }
}
