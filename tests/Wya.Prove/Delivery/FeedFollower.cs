using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Wya.Testing.Http;

namespace Wya.Prove.Delivery;

/// <summary>
/// One person's live feed, as a browser would keep it: when it breaks it is opened again on the next node, with the id of
/// the last event that came.
/// </summary>
internal sealed class FeedFollower(IReadOnlyList<Uri> nodes, NodeCaller caller, int first)
{
    /// <summary>A heartbeat comes every 15 seconds.</summary>
    private static readonly TimeSpan SilentMax = TimeSpan.FromSeconds(40);

    private readonly List<FeedEntry> seen = [];
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, bool> messages = new();
    private readonly TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int node = first % nodes.Count;
    private string? lastId;
    private long position;

    /// <summary>To be read when the follower has ended.</summary>
    public IReadOnlyList<FeedEntry> Seen => seen;

    /// <summary>Where the feed began.</summary>
    public long BeganAt { get; private set; }

    /// <summary>The position of the last event that came of a conversation.</summary>
    public long Position => Volatile.Read(ref position);

    /// <summary>Whether all of these messages have come; also while the follower runs.</summary>
    public bool Heard(IEnumerable<Guid> all) => all.All(messages.ContainsKey);

    public int Resumed { get; private set; }

    /// <summary>Times that the server said that it leaves something out.</summary>
    public int Gaps { get; private set; }

    /// <summary>Times that a node said that it stops.</summary>
    public int Goodbyes { get; private set; }

    /// <summary>Ends when the feed has said hello.</summary>
    public Task Begun => begun.Task;

    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (!stop.IsCancellationRequested)
            {
                await Follow(stop);
                node = (node + 1) % nodes.Count;
                await Task.Delay(20, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // It was told to end.
        }
        catch (Exception failure)
        {
            begun.TrySetException(failure);
            throw;
        }
    }

    /// <summary>One connection, until it breaks.</summary>
    private async Task Follow(CancellationToken stop)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop);
        limit.CancelAfter(SilentMax);
        try
        {
            using EventStream stream = await EventStream.Open(nodes[node], "/live", caller.Token, lastId, limit.Token);
            while (await stream.Next(limit.Token) is { } next)
            {
                limit.CancelAfter(SilentMax);
                Take(next);
            }
        }
        catch (RefusedException refused) when (refused.Status == 401)
        {
            await caller.SignInAgain(stop);
        }
        catch (RefusedException refused) when (refused.Status is 429 or >= 500)
        {
            // The next node may be there.
        }
        catch (Exception away) when (away is IOException or SocketException || (away is OperationCanceledException && !stop.IsCancellationRequested))
        {
            // It died, or says nothing.
        }
    }

    private void Take(StreamedEvent next)
    {
        switch (next.Type)
        {
            case "hello" when lastId is null:
                BeganAt = PositionOf(next.Id!);
                begun.TrySetResult();
                break;
            case "hello":
                Resumed++;
                break;
            case "gap":
                Gaps++;
                break;
            case "goodbye":
                Goodbyes++;
                break;
            case "heartbeat" or "typing" or "presence.changed" or "overlay.shown" or "overlay.dismissed":
                break;
            default:
                seen.Add(Read(next));
                if (seen[^1].MessageId is { } message)
                {
                    messages.TryAdd(message, true);
                }

                Volatile.Write(ref position, seen[^1].Position);
                break;
        }

        lastId = next.Id ?? lastId;
    }

    /// <summary>Of several logs together: it rises as each of them does.</summary>
    private static long PositionOf(string id) => id.Split('.').Sum(number => long.Parse(number, CultureInfo.InvariantCulture));

    private static FeedEntry Read(StreamedEvent next)
    {
        using var data = JsonDocument.Parse(next.Data);
        JsonElement root = data.RootElement;
        return new FeedEntry(
            PositionOf(next.Id!),
            root.GetProperty("conversation_id").GetGuid(),
            root.GetProperty("sequence").GetInt64(),
            string.Intern(next.Type),
            next.Type == Place.Sent ? root.GetProperty("message").GetProperty("message_id").GetGuid() : null);
    }
}
