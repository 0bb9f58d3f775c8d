using Wya.EventStore;

namespace Wya.Bench.Engine;

/// <summary>The event that all lines write and read: a short chat message, about 200 bytes as JSON.</summary>
[EventType("bench.message_sent")]
internal sealed record MessageSent(Guid SenderId, Guid ReplyTo, string Text, DateTimeOffset SentAt);

/// <summary>What a decision about a conversation needs: bounded however long it grows.</summary>
internal sealed record Conversation(int Count, Guid LastSender)
{
    public static StreamType<Conversation, MessageSent> Stream { get; } = new(
        "bench_conversation", new Conversation(0, Guid.Empty), (state, sent) => new Conversation(state.Count + 1, sent.SenderId));

    public static EventTypeMap Types { get; } = EventTypeMap.From([typeof(MessageSent)]);

    /// <summary>A message that differs from the last one, as real ones do.</summary>
    public static MessageSent Message(int caller, long number) => new(
        new Guid(caller, 0x4d2, 0x4a1c, 0x9f, 0x30, 0x55, 0x1e, 0x77, 0x02, 0xc4, 0x68),
        new Guid((int)number, 0x1b7, 0x4e44, 0xa1, 0x0c, 0x93, 0x42, 0x5d, 0xee, 0x17, 0x39),
        "See you at the north entrance at eight, bring Mo with you!",
        Start.AddMilliseconds(number));

    private static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
}
