namespace Wya.Prove.Delivery;

/// <summary>Everybody at work: each person writes, and follows what the others write.</summary>
internal sealed class DeliveryLoad : IAsyncDisposable
{
    private readonly IReadOnlyList<Uri> nodes;
    private readonly DeliveryTown town;
    private readonly NodeCaller[] callers;
    private readonly NodeCaller[] readers;
    private readonly DeliverySender[] senders;
    private readonly AcknowledgedHeads heads = new();
    private readonly CancellationTokenSource stop = new();
    private Task writing = Task.CompletedTask;
    private Task following = Task.CompletedTask;

    /// <param name="answerWithin">How long anybody waits for a node before they ask another one.</param>
    public DeliveryLoad(IReadOnlyList<Uri> nodes, DeliveryTown town, TimeSpan? answerWithin = null)
    {
        this.nodes = nodes;
        this.town = town;
        // A connection of its own for each thing that a person does at the same time.
        callers = [.. town.People.Select((person, i) => new NodeCaller(nodes, person, i, answerWithin))];
        readers = [.. town.People.Select((person, i) => new NodeCaller(nodes, person, i, answerWithin))];
        senders = [.. town.People.Select((_, i) => new DeliverySender(callers[i], i, town.Of(i), heads))];
        Feeds = [.. town.People.Select((_, i) => new FeedFollower(nodes, readers[i], i + 1))];
    }

    public IReadOnlyList<FeedFollower> Feeds { get; }

    /// <summary>The position at which nobody had written yet.</summary>
    public long BeganAt => Feeds.Min(feed => feed.BeganAt);

    public int Acknowledged => senders.Sum(sender => sender.Acknowledged);

    public int SentAgain => callers.Sum(caller => caller.SentAgain);

    public IReadOnlyList<SentMessage> Sent => [.. senders.SelectMany(sender => sender.Sent)];

    /// <summary>Everybody follows; nobody writes yet.</summary>
    public async Task Begin(CancellationToken ct)
    {
        following = Task.WhenAll(Feeds.Select(feed => Task.Run(() => feed.Run(stop.Token), ct)));
        await Task.WhenAll(Feeds.Select(feed => feed.Begun)).WaitAsync(TimeSpan.FromMinutes(1), ct);
    }

    /// <summary>Ends when all messages are acknowledged.</summary>
    public Task Write(SendBudget budget, CancellationToken ct) =>
        writing = Task.WhenAll(senders.Select(sender => Task.Run(() => sender.Run(budget, ct), ct)));

    /// <summary>Two people read the largest conversation again and again, one from its end and one from its beginning.</summary>
    public async Task<IReadOnlyList<PagePass>> ReadWhile(Task written, int passesMax, CancellationToken ct)
    {
        (Guid conversation, int[] participants) = town.Largest;
        List<PagePass>[] passes = [[], []];
        using NodeCaller backwards = Another(participants[0]), forwards = Another(participants[^1]);
        await Task.WhenAll(
            Task.Run(() => Passes(passes[0], () => PagePass.Backwards(backwards, conversation, heads.Of(conversation), ct)), ct),
            Task.Run(() => Passes(passes[1], () => PagePass.Forwards(forwards, conversation, heads.Of(conversation), ct)), ct));
        return [.. passes[0], .. passes[1]];

        async Task Passes(List<PagePass> done, Func<Task<PagePass>> pass)
        {
            do
            {
                done.Add(await pass());
            }
            while (!written.IsCompleted && done.Count < passesMax);
        }
    }

    /// <summary>Two people, if there are two, read a conversation in both directions.</summary>
    public async Task<IReadOnlyList<PagePass>> ReadBoth(Guid conversation, int[] participants, CancellationToken ct)
    {
        long head = heads.Of(conversation);
        return
        [
            await PagePass.Backwards(callers[participants[0]], conversation, head, ct),
            await PagePass.Forwards(callers[participants[^1]], conversation, head, ct),
        ];
    }

    public IReadOnlyList<FeedEntry> Expected(IReadOnlyList<Place> log, int person) =>
        DeliveryChecker.ExpectedFeed(log, town.Of(person).ToHashSet(), Feeds[person].BeganAt);

    /// <summary>Waits until every feed has come to the last event that it must hold.</summary>
    public async Task UntilFollowed(IReadOnlyList<Place> log, CancellationToken ct)
    {
        long[] ends = [.. Enumerable.Range(0, Feeds.Count).Select(person => Expected(log, person) is [.., var end] ? end.Position : 0)];
        await Wait.Until(
            async () =>
            {
                await StillRuns();
                return Feeds.Zip(ends).All(one => one.First.Position >= one.Second);
            },
            "every feed at the end of the log",
            120,
            ct);
    }

    /// <summary>Fails if somebody has given up.</summary>
    public async Task StillRuns()
    {
        foreach (Task task in new[] { writing, following })
        {
            if (task.IsFaulted)
            {
                await task;
            }
        }
    }

    public async Task End()
    {
        await stop.CancelAsync();
        await following;
    }

    public double Percentile(double share)
    {
        float[] all = [.. senders.SelectMany(sender => sender.Milliseconds).Order()];
        return all[Math.Min(all.Length - 1, (int)(share * all.Length))];
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (NodeCaller caller in callers.Concat(readers))
        {
            caller.Dispose();
        }

        stop.Dispose();
    }

    private NodeCaller Another(int person) => new(nodes, town.People[person], person);
}
