using System.Collections.Concurrent;
using System.Threading.Channels;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Noticing;

/// <param name="At">When it happened.</param>
internal sealed record Notice(UserId User, SignalKind Kind, DateTimeOffset At);

/// <summary>
/// What is noticed while a request is answered and stands in no log: that a place is impossible, that somebody addressed a
/// person of another age layer. It is handed over in memory, one a person, kind and hour, and no request waits for it. It
/// waits while safety is away, in a bounded number; it is lost with the process, and nothing rests on it.
/// It holds who and what kind, and no place and nobody else.
/// </summary>
internal sealed class Notices(TimeProvider clock)
{
    private const int WaitingMax = 1_000;
    private const int RememberedMax = 10_000;

    private readonly Channel<Notice> waiting = Channel.CreateBounded<Notice>(new BoundedChannelOptions(WaitingMax) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly ConcurrentDictionary<Guid, byte> taken = new();

    public ChannelReader<Notice> Reader => waiting.Reader;

    public void Take(UserId user, SignalKind kind)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (taken.Count >= RememberedMax)
        {
            taken.Clear(); // the log takes each once, whatever is forgotten here
        }

        if (taken.TryAdd(SignalRules.IdOf(user, kind, now), 0))
        {
            waiting.Writer.TryWrite(new Notice(user, kind, now));
        }
    }
}
