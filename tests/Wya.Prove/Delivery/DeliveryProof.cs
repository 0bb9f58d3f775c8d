using System.Diagnostics;
using System.Globalization;
using Wya.Prove.Crash;
using Wya.Prove.Servers;

namespace Wya.Prove.Delivery;

/// <summary>
/// People write in their conversations over HTTP and follow them live, while the two nodes that serve them are ended with
/// SIGKILL in turn and started again. Whoever has no answer sends the same message again, to the other node; whoever's feed
/// breaks resumes it there. In the end all that anybody was told is compared with the log.
/// </summary>
internal static class DeliveryProof
{
    private const int Nodes = 2;

    /// <summary>Readings of a conversation in each direction while it is written.</summary>
    private const int PassesMax = 20;

    public static Proof Proof { get; } = new(
        "delivery",
        [
            "A message that was acknowledged is in the log exactly once, at the sequence that was answered, whatever died meanwhile and however often it was sent.",
            "Everybody's live feed holds the log's sequence of their conversations, without a gap and without a double, over broken connections and changed nodes.",
            "Whoever reads a conversation from its end and whoever reads it from its beginning see the same, also while it is written.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int people, int conversations, int messages, int kills) = run.Sized((16, 6, 2_000, 2), (64, 20, 100_000, 20), (128, 40, 1_000_000, 100));
        await using PostgresInstance server = await PostgresInstance.Create(run.Environment, "delivery-server", "-c max_connections=300", ct);
        await using SystemSite site = await SystemSite.Open(run.Environment, "delivery", _ => server.AdminConnectionString, ct);
        await site.Start(Nodes, ct);
        Uri[] addresses = [.. site.Nodes.Select(node => node.Address)];
        run.Progress("people and their conversations");
        DeliveryTown town = await DeliveryTown.Settle(addresses[0], people, conversations, ct);
        var load = new DeliveryLoad(addresses, town);
        try
        {
            await load.Begin(ct);
            long start = Stopwatch.GetTimestamp();
            var budget = new SendBudget(messages);
            Task writing = load.Write(budget, ct);
            Task<IReadOnlyList<PagePass>> reading = load.ReadWhile(writing, PassesMax, ct);
            int whileWritten = await Kill(site, load, budget, messages, kills, run, ct);
            await writing;
            double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
            IReadOnlyList<PagePass> during = await reading;
            run.Progress("comparing");
            IReadOnlyList<Place> log = await Place.ReadLog(site.Database("messaging").OwnerConnectionString, ct);
            await load.UntilFollowed(log, ct);
            await load.End();
            var figures = new Figures();
            figures.MustBeAtLeast("messages", load.Acknowledged, messages);
            figures.MustBe("kills_while_written", whileWritten, kills);
            figures.Note("people", people);
            figures.Note("conversations", conversations);
            figures.Note("seconds", seconds);
            figures.Note("sent_again", load.SentAgain);
            figures.Note("acknowledged_p50_ms", load.Percentile(0.5));
            figures.Note("acknowledged_p99_ms", load.Percentile(0.99));
            await Compare(load, town, log, during, figures, ct);
            return figures;
        }
        finally
        {
            await load.DisposeAsync();
        }
    }

    /// <summary>
    /// Each kill has its share of the messages: it comes in the middle of them, and the next share begins when the node is
    /// back, so that a slow start cannot let the writing end before the last kill.
    /// </summary>
    /// <returns>How many came while there was something to write.</returns>
    private static async Task<int> Kill(
        SystemSite site, DeliveryLoad load, SendBudget budget, int messages, int kills, ProofRun run, CancellationToken ct)
    {
        int whileWritten = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            int begin = (int)((long)messages * (kill - 1) / kills), end = (int)((long)messages * kill / kills);
            budget.Allow(end);
            await Wait.Until(
                async () =>
                {
                    await load.StillRuns();
                    return load.Acknowledged >= begin + ((end - begin) / 4);
                },
                $"messages of share {kill}",
                600,
                ct);
            ApiProcess node = site.Nodes[kill % Nodes];
            whileWritten += load.Acknowledged < end ? 1 : 0;
            await node.Kill(ct);
            node.Start();
            await node.UntilReady(120, ct);
            run.Progress(string.Create(CultureInfo.InvariantCulture, $"kill {kill} of {kills}, {load.Acknowledged:N0} messages"));
        }

        return whileWritten;
    }

    private static async Task Compare(
        DeliveryLoad load, DeliveryTown town, IReadOnlyList<Place> log, IReadOnlyList<PagePass> during, Figures figures, CancellationToken ct)
    {
        // What people said to get acquainted was not sent by the senders.
        IReadOnlyList<SentMessage> sent = [.. load.Sent, .. log.Where(place => place.Type == Place.Sent && place.Position <= load.BeganAt)
            .Select(place => new SentMessage(place.Id, place.Conversation, -1, 0))];
        DeliveryChecker.CheckSends(log, sent).Tell(figures);

        SeenFindings feeds = default;
        for (int person = 0; person < town.People.Count; person++)
        {
            feeds += DeliveryChecker.CheckSeen(load.Expected(log, person), load.Feeds[person].Seen);
        }

        figures.Note("feed_events", load.Feeds.Sum(feed => (long)feed.Seen.Count));
        figures.Note("feeds_resumed", load.Feeds.Sum(feed => feed.Resumed));
        figures.MustBe("feed_gaps_told", load.Feeds.Sum(feed => feed.Gaps), 0);
        feeds.Tell(figures, "feeds");

        (Guid largest, _) = town.Largest;
        IReadOnlyDictionary<Guid, string> marks = sent.Where(message => message.Sender >= 0).ToDictionary(message => message.Id, message => message.Mark);
        SeenFindings whileWritten = default, inTheEnd = default;
        IReadOnlyList<PageEntry> messages = Messages(log, largest, marks);
        foreach (PagePass pass in during)
        {
            whileWritten += DeliveryChecker.CheckPass(messages, pass with { Read = Unmarked(pass.Read, marks) });
        }

        PagePass last = during[0];
        foreach ((Guid conversation, int[] participants) in town.Conversations)
        {
            messages = Messages(log, conversation, marks);
            foreach (PagePass pass in await load.ReadBoth(conversation, participants, ct))
            {
                last = pass with { Read = Unmarked(pass.Read, marks) };
                inTheEnd += DeliveryChecker.CheckPass(messages, last);
            }
        }

        figures.Note("page_passes_while_written", during.Count);
        whileWritten.Tell(figures, "pages_while_written");
        inTheEnd.Tell(figures, "pages");
        DeliveryFaults.Tell(log, sent, load.Expected(log, 0), load.Feeds[0].Seen, messages, last, figures);
    }

    private static IReadOnlyList<PageEntry> Messages(IReadOnlyList<Place> log, Guid conversation, IReadOnlyDictionary<Guid, string> marks) =>
        [.. log.Where(place => place.Conversation == conversation && place.Type == Place.Sent)
            .Select(place => new PageEntry(place.Sequence, place.Id, marks.GetValueOrDefault(place.Id)))];

    /// <summary>Messages of the senders keep what they say, to be compared; others say nothing.</summary>
    private static IReadOnlyList<PageEntry> Unmarked(IReadOnlyList<PageEntry> read, IReadOnlyDictionary<Guid, string> marks) =>
        [.. read.Select(entry => marks.ContainsKey(entry.Id) ? entry : entry with { Mark = null })];
}
