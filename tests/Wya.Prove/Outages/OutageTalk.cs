using System.Diagnostics;
using System.Net.Sockets;
using Wya.Prove.Delivery;
using Wya.Testing.Http;

namespace Wya.Prove.Outages;

/// <summary>What a request came to.</summary>
/// <param name="Status">0 when there was no answer.</param>
/// <param name="Problem">The problem's type, without what all types begin with.</param>
internal sealed record Answered(int Status, string? Problem, string? Degraded, double Milliseconds)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Says that it cannot be done now, and why.</summary>
    public bool IsClearRefusal => Status == 503 && Problem is not null;
}

/// <summary>A few people who talk while something is away: each through a node of their own, each following it live.</summary>
internal sealed class OutageTalk : IAsyncDisposable
{
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(30);

    private readonly IReadOnlyList<Neighbour> people;
    private readonly IReadOnlyList<Guid> conversations;
    private readonly LeanApi[] apis;
    private readonly NodeCaller[] feedCallers;
    private readonly CancellationTokenSource stop = new();
    private readonly List<SentMessage> sent = [];
    private Task following = Task.CompletedTask;

    /// <param name="conversations">Groups of all these people.</param>
    public OutageTalk(IReadOnlyList<Uri> nodes, IReadOnlyList<Neighbour> people, IReadOnlyList<Guid> conversations)
    {
        this.people = people;
        this.conversations = conversations;
        apis = [.. people.Select((_, i) => new LeanApi(nodes[i % nodes.Count]))];
        feedCallers = [.. people.Select((person, i) => new NodeCaller(nodes, person, i))];
        Feeds = [.. people.Select((_, i) => new FeedFollower(nodes, feedCallers[i], i + 1))];
    }

    public IReadOnlyList<FeedFollower> Feeds { get; }

    public IReadOnlyList<SentMessage> Sent => sent;

    public int Resumed => Feeds.Sum(feed => feed.Resumed);

    public async Task Begin(CancellationToken ct)
    {
        following = Task.WhenAll(Feeds.Select(feed => Task.Run(() => feed.Run(stop.Token), ct)));
        await Task.WhenAll(Feeds.Select(feed => feed.Begun)).WaitAsync(TimeSpan.FromMinutes(1), ct);
    }

    /// <summary>Everybody writes once, reads a page, and looks at their list.</summary>
    public async Task<IReadOnlyList<Answered>> Round(CancellationToken ct)
    {
        List<Answered> answers = [];
        for (int person = 0; person < people.Count; person++)
        {
            answers.Add(await Send(person, ct));
            answers.Add(await Read(person, ct));
            answers.Add(await Ask(apis[person], LeanRequest.Prepare("GET", "/conversations", null, people[person].Token), ct));
        }

        return answers;
    }

    /// <summary>Only writes.</summary>
    public async Task<IReadOnlyList<Answered>> Write(CancellationToken ct)
    {
        List<Answered> answers = [];
        for (int person = 0; person < people.Count; person++)
        {
            answers.Add(await Send(person, ct));
        }

        return answers;
    }

    private async Task<Answered> Send(int person, CancellationToken ct)
    {
        var id = Guid.CreateVersion7();
        Guid conversation = conversations[sent.Count % conversations.Count];
        var message = new SentMessage(id, conversation, person, sent.Count);
        byte[] request = LeanRequest.Prepare("PUT", Neighbours.MessagePath(conversation, id), new { text = message.Mark }, people[person].Token);
        sent.Add(message);
        return await Ask(apis[person], request, ct, reply => sent[^1] = message with { Sequence = reply.Json!["sequence"]!.GetValue<long>() });
    }

    private Task<Answered> Read(int person, CancellationToken ct) => Ask(
        apis[person], LeanRequest.Prepare("GET", $"/conversations/{conversations[0]}/messages?limit=50", null, people[person].Token), ct);

    public Task<Answered> Ask(int person, string path, CancellationToken ct) =>
        Ask(apis[person], LeanRequest.Prepare("GET", path, null, people[person].Token), ct);

    /// <summary>Waits until everybody has heard of everything that was acknowledged; how long that took.</summary>
    public async Task<double> UntilHeard(CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        HashSet<Guid> acknowledged = [.. sent.Where(message => message.Sequence > 0).Select(message => message.Id)];
        await Wait.Until(
            async () =>
            {
                if (following.IsFaulted)
                {
                    await following;
                }

                return Feeds.All(feed => feed.Heard(acknowledged));
            },
            "everybody has heard of everything",
            60,
            ct);
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public async Task End()
    {
        await stop.CancelAsync();
        await following;
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (IDisposable one in apis.Concat<IDisposable>(feedCallers))
        {
            one.Dispose();
        }

        stop.Dispose();
    }

    public static async Task<Answered> Ask(LeanApi api, byte[] request, CancellationToken ct, Action<LeanReply>? whenDone = null)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(AnswerWithin);
        long start = Stopwatch.GetTimestamp();
        try
        {
            LeanReply reply = await api.Ask(request, limit.Token);
            if (reply.Status is >= 200 and < 300)
            {
                whenDone?.Invoke(reply);
            }

            string? problem = reply.Json is System.Text.Json.Nodes.JsonObject body ? body["type"]?.GetValue<string>() : null;
            return new Answered(reply.Status, problem?.Replace("/problems/", "", StringComparison.Ordinal), reply.Degraded, Elapsed());
        }
        catch (Exception away) when (away is IOException or SocketException || (away is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return new Answered(0, null, null, Elapsed());
        }

        double Elapsed() => Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
