using System.Diagnostics;
using Wya.Testing.Http;

namespace Wya.Prove.Delivery;

/// <summary>How many messages are sent by all together, and how many of them already may be.</summary>
internal sealed class SendBudget(int messages)
{
    private int taken;
    private int allowed;
    private volatile bool isClosed;

    /// <summary>The first so many of all may be sent now.</summary>
    public void Allow(int count) => Volatile.Write(ref allowed, count);

    /// <summary>No more than are allowed now.</summary>
    public void Close() => isClosed = true;

    /// <summary>Waits until one more may be sent; false when all are.</summary>
    public async ValueTask<bool> Take(CancellationToken ct)
    {
        int mine = Interlocked.Increment(ref taken);
        while (mine <= messages && mine > Volatile.Read(ref allowed))
        {
            if (isClosed)
            {
                return false;
            }

            await Task.Delay(20, ct);
        }

        return mine <= messages;
    }
}

/// <summary>One person who writes in their conversations, one message after the other, each until it is acknowledged.</summary>
internal sealed class DeliverySender(NodeCaller caller, int sender, IReadOnlyList<Guid> conversations, AcknowledgedHeads heads)
{
    private readonly List<SentMessage> sent = [];
    private readonly List<float> milliseconds = [];
    private readonly Random random = new(sender);
    private int acknowledged;

    /// <summary>In the order in which they were sent; to be read when the sender has ended.</summary>
    public IReadOnlyList<SentMessage> Sent => sent;

    /// <summary>From the first try to the acknowledgement.</summary>
    public IReadOnlyList<float> Milliseconds => milliseconds;

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public async Task Run(SendBudget budget, CancellationToken ct)
    {
        while (await budget.Take(ct))
        {
            // Clients may make ids of either version.
            Guid id = sent.Count % 2 == 0 ? Guid.CreateVersion7() : Guid.NewGuid();
            var message = new SentMessage(id, conversations[random.Next(conversations.Count)], sender, sent.Count);
            sent.Add(message);
            long start = Stopwatch.GetTimestamp();
            LeanReply reply = await caller.Until(
                () => LeanRequest.Prepare("PUT", Neighbours.MessagePath(message.Conversation, id), new { text = message.Mark }, caller.Token), ct);
            milliseconds.Add((float)Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            sent[^1] = message with { Sequence = Acknowledge(reply, message) };
            heads.Note(message.Conversation, sent[^1].Sequence);
            Interlocked.Increment(ref acknowledged);
        }
    }

    private static long Acknowledge(LeanReply reply, SentMessage message) =>
        reply.Json!["message_id"]!.GetValue<Guid>() == message.Id && reply.Json["conversation_id"]!.GetValue<Guid>() == message.Conversation
            ? reply.Json["sequence"]!.GetValue<long>()
            : throw new InvalidOperationException("A message was acknowledged as another one.");
}

/// <summary>The newest sequence of each conversation that anybody has been told.</summary>
internal sealed class AcknowledgedHeads
{
    private readonly System.Collections.Concurrent.ConcurrentDictionary<Guid, long> heads = new();

    public void Note(Guid conversation, long sequence) => heads.AddOrUpdate(conversation, sequence, (_, known) => Math.Max(known, sequence));

    public long Of(Guid conversation) => heads.GetValueOrDefault(conversation);

}
