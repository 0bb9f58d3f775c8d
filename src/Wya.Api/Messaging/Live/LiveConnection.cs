using System.Threading.Channels;

namespace Wya.Api.Messaging.Live;

/// <summary>
/// One connection of one person: the frames that wait for it. Of each of messaging's logs the ids ascend strictly, so a page that is handed over twice is
/// told once. Bounded by frames and by bytes: what does not fit ends the connection, and never what others are told.
/// </summary>
internal sealed class LiveConnection(Guid user, IReadOnlyList<long> startsAfter, LiveOptions options)
{
    private readonly Channel<Frame> frames = Channel.CreateUnbounded<Frame>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Lock gate = new();
    private readonly long[] last = [.. startsAfter];
    private int waitingFrames;
    private int waitingBytes;
    private volatile bool isTooSlow;

    public Guid User { get; } = user;

    public bool IsTooSlow => isTooSlow;

    public void Offer(Frame frame)
    {
        lock (gate)
        {
            if (isTooSlow || frame.Id <= last[frame.Partition])
            {
                return;
            }

            if (waitingFrames >= options.QueueFramesMax || waitingBytes + frame.Data.Length > options.QueueBytesMax)
            {
                isTooSlow = true;
                frames.Writer.TryComplete();
                return;
            }

            last[frame.Partition] = frame.Id ?? last[frame.Partition];
            waitingFrames++;
            waitingBytes += frame.Data.Length;
            frames.Writer.TryWrite(frame);
        }
    }

    /// <summary>Null when nothing waits.</summary>
    public Frame? Take()
    {
        if (isTooSlow || !frames.Reader.TryRead(out Frame? frame))
        {
            return null;
        }

        lock (gate)
        {
            waitingFrames--;
            waitingBytes -= frame.Data.Length;
        }

        return frame;
    }

    /// <summary>Ends when there is something to take, or no more will come; one may be waited for at a time.</summary>
    public Task Ready() => frames.Reader.WaitToReadAsync(CancellationToken.None).AsTask();
}
