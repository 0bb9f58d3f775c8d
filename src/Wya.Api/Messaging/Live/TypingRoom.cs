using System.Threading.Channels;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// Who types where, at this moment. Never stored: those who are connected here are told at once, other processes by a
/// notification that gathers what was said in a quarter of a second. It ends by itself, and with the message.
/// Everything is bounded, and what does not fit is lost.
/// </summary>
internal sealed class TypingRoom(MessagingLogs messaging, LiveFeeds feeds, LiveOptions options, TimeProvider clock, ILogger<TypingRoom> log)
{
    public const string Channel = "wya_typing";

    private readonly Guid process = Guid.NewGuid();
    private readonly Channel<TypingNotice> heard = System.Threading.Channels.Channel.CreateBounded<TypingNotice>(
        new BoundedChannelOptions(options.TypingMax) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Lock gate = new();
    private readonly Dictionary<(Guid Conversation, Guid User), long> said = [];
    private readonly Dictionary<(Guid Conversation, Guid User), long> typing = [];
    private List<TypingNotice> toTell = [];

    /// <summary>Somebody who may write in the conversation says so here.</summary>
    public void Say(TypingNotice notice)
    {
        lock (gate)
        {
            bool isKnown = said.TryGetValue((notice.Conversation, notice.User), out long at);
            if (notice.IsTyping ? isKnown && clock.GetElapsedTime(at) < options.TypingAgainAfter : !isKnown)
            {
                return;
            }

            if (said.Count >= options.TypingMax)
            {
                said.Clear();
            }

            if (notice.IsTyping)
            {
                said[(notice.Conversation, notice.User)] = clock.GetTimestamp();
            }

            if (toTell.Count < options.TypingMax)
            {
                toTell.Add(notice);
            }
        }

        heard.Writer.TryWrite(notice);
    }

    /// <summary>A notification, of this process or another.</summary>
    public void Hear(string payload)
    {
        foreach (TypingNotice notice in TypingNotice.Unpack(payload, except: process))
        {
            heard.Writer.TryWrite(notice);
        }
    }

    /// <summary>A message of theirs has come.</summary>
    public void Said(Guid conversation, Guid user)
    {
        lock (gate)
        {
            if (!typing.ContainsKey((conversation, user)))
            {
                return;
            }
        }

        heard.Writer.TryWrite(new TypingNotice(conversation, user, IsTyping: false));
    }

    public async Task Run(CancellationToken stop)
    {
        Task<bool> more = heard.Reader.WaitToReadAsync(stop).AsTask();
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await Task.WhenAny(more, Task.Delay(options.TypingToldEvery, clock, stop)).ConfigureAwait(false);
                List<TypingNotice> notices = [];
                while (notices.Count < TypingNotice.TogetherMax && heard.Reader.TryRead(out TypingNotice notice))
                {
                    notices.Add(notice);
                }

                more = more.IsCompleted ? heard.Reader.WaitToReadAsync(stop).AsTask() : more;
                await Deliver([.. notices.Where(Changes), .. Ended()], stop).ConfigureAwait(false);
                await TellOthers(stop).ConfigureAwait(false);
            }
            catch (Exception fault) when (!stop.IsCancellationRequested)
            {
                log.LogWarning("Typing is not told for a moment: {Kind}.", fault.GetType().Name);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    /// <summary>Remembers it, so that it can end; an end of what is not known is nothing.</summary>
    private bool Changes(TypingNotice notice)
    {
        lock (gate)
        {
            if (!notice.IsTyping)
            {
                return typing.Remove((notice.Conversation, notice.User));
            }

            if (typing.Count < options.TypingMax)
            {
                typing[(notice.Conversation, notice.User)] = clock.GetTimestamp();
                return true;
            }

            return false; // what could not end is not begun
        }
    }

    private TypingNotice[] Ended()
    {
        lock (gate)
        {
            TypingNotice[] ended =
            [
                .. typing.Where(row => clock.GetElapsedTime(row.Value) >= options.TypingEndsAfter)
                    .Select(row => new TypingNotice(row.Key.Conversation, row.Key.User, IsTyping: false)),
            ];
            foreach (TypingNotice notice in ended)
            {
                typing.Remove((notice.Conversation, notice.User));
            }

            return ended;
        }
    }

    private async Task Deliver(IReadOnlyList<TypingNotice> notices, CancellationToken ct)
    {
        Guid[] listeners = feeds.Users();
        if (notices.Count == 0 || listeners.Length == 0)
        {
            return;
        }

        IReadOnlyDictionary<Guid, MessagingLog> places = await messaging.Find([.. notices.Select(notice => notice.Conversation).Distinct()], ct).ConfigureAwait(false);
        foreach (IGrouping<MessagingLog, TypingNotice> there in notices.Where(notice => places.ContainsKey(notice.Conversation)).GroupBy(notice => places[notice.Conversation]))
        {
            await Deliver(there.Key, [.. there], listeners, ct).ConfigureAwait(false);
        }
    }

    private async Task Deliver(MessagingLog there, IReadOnlyList<TypingNotice> notices, Guid[] listeners, CancellationToken ct)
    {
        Audience audience = await Audiences.Read(
            there.Database,
            [.. notices.Select(notice => notice.Conversation).Distinct()],
            listeners,
            [.. notices.Select(notice => (notice.Conversation, notice.User)).Distinct()],
            [],
            clock.GetUtcNow(),
            ct).ConfigureAwait(false);
        foreach (TypingNotice notice in notices)
        {
            var frame = Frame.Of(null, FrameTypes.Typing, new TypingData(new ConversationId(notice.Conversation), new UserId(notice.User), notice.IsTyping));
            foreach (Seat seat in audience.Of(notice.Conversation))
            {
                if (seat.LeftSequence is null && seat.UserId != notice.User && audience.Meet(notice.Conversation, seat.UserId, notice.User))
                {
                    feeds.Offer(new Delivery(seat.UserId, frame));
                }
            }
        }
    }

    private async Task TellOthers(CancellationToken ct)
    {
        List<TypingNotice> told;
        lock (gate)
        {
            if (toTell.Count == 0)
            {
                return;
            }

            told = toTell[..Math.Min(toTell.Count, TypingNotice.TogetherMax)];
            toTell = toTell[told.Count..];
        }

        await using NpgsqlCommand command = messaging.First.Database.DataSource.CreateCommand($"select pg_notify('{Channel}', $1)");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = TypingNotice.Pack(process, told) });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}

/// <summary>One person, one conversation, and whether they type.</summary>
internal readonly record struct TypingNotice(Guid Conversation, Guid User, bool IsTyping)
{
    /// <summary>A notification of PostgreSQL has at most 8000 bytes.</summary>
    public const int TogetherMax = 170;

    private const int IdBytes = 16;
    private const int Bytes = (2 * IdBytes) + 1;

    public static string Pack(Guid process, IReadOnlyList<TypingNotice> notices)
    {
        byte[] packed = new byte[IdBytes + (notices.Count * Bytes)];
        process.TryWriteBytes(packed);
        for (int i = 0; i < notices.Count; i++)
        {
            Span<byte> place = packed.AsSpan(IdBytes + (i * Bytes), Bytes);
            notices[i].Conversation.TryWriteBytes(place);
            notices[i].User.TryWriteBytes(place[IdBytes..]);
            place[^1] = notices[i].IsTyping ? (byte)1 : (byte)0;
        }

        return Convert.ToBase64String(packed);
    }

    /// <exception cref="FormatException">Another build's.</exception>
    public static IReadOnlyList<TypingNotice> Unpack(string payload, Guid except)
    {
        byte[] packed = Convert.FromBase64String(payload);
        if (packed.Length < IdBytes || (packed.Length - IdBytes) % Bytes != 0)
        {
            throw new FormatException();
        }

        if (new Guid(packed.AsSpan(0, IdBytes)) == except)
        {
            return [];
        }

        List<TypingNotice> notices = [];
        for (int at = IdBytes; at < packed.Length; at += Bytes)
        {
            ReadOnlySpan<byte> place = packed.AsSpan(at, Bytes);
            notices.Add(new TypingNotice(new Guid(place[..IdBytes]), new Guid(place.Slice(IdBytes, IdBytes)), place[^1] == 1));
        }

        return notices;
    }
}
