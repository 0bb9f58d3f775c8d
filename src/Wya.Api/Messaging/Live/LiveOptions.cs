using Wya.EventStore.Postgres;

namespace Wya.Api.Messaging.Live;

/// <summary>Every limit and interval of the live feed, by name.</summary>
internal sealed record LiveOptions
{
    /// <summary>Frames that wait for one connection; beyond it the connection is too slow, and ends.</summary>
    public int QueueFramesMax { get; init; } = 1_000;

    /// <summary>Their data together.</summary>
    public int QueueBytesMax { get; init; } = 1024 * 1024;

    /// <summary>Written to a connection before it is waited for.</summary>
    public int FlushBytes { get; init; } = 32 * 1024;

    /// <summary>Of one person to one process.</summary>
    public int ConnectionsPerPersonMax { get; init; } = 10;

    /// <summary>Of everybody to one process; below what the server takes, so that requests still get through.</summary>
    public int ConnectionsMax { get; init; } = 8_000;

    /// <summary>Who was away for more positions of the log than this is told of a gap.</summary>
    public int CatchUpPositionsMax { get; init; } = 100_000;

    /// <summary>Events that are read at a time for who was away.</summary>
    public int CatchUpPageEventsMax { get; init; } = 500;

    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How often it is looked whether a connected person may still be here; what is known of a session may be five seconds old besides.</summary>
    public TimeSpan LookEvery { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>A connection that takes nothing for so long is broken off.</summary>
    public TimeSpan WriteWithin { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>For the last words of a connection, and their answer.</summary>
    public TimeSpan CloseWithin { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Of a frame from a client.</summary>
    public int UpFrameBytesMax { get; init; } = 1_024;

    /// <summary>From one connection.</summary>
    public int UpFramesPerMinuteMax { get; init; } = 240;

    /// <summary>Who typed and says no more of it types no longer.</summary>
    public TimeSpan TypingEndsAfter { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>What one person says of one conversation within this time is said once.</summary>
    public TimeSpan TypingAgainAfter { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often other processes are told at most.</summary>
    public TimeSpan TypingToldEvery { get; init; } = TimeSpan.FromMilliseconds(250);

    /// <summary>That wait, are told at a time, and are remembered; more are lost, which nobody will notice.</summary>
    public int TypingMax { get; init; } = 2_000;

    public LogTailOptions Tail { get; init; } = new();
}
