using System.Runtime.InteropServices;
using Wya.EventStore;

namespace Wya.Prove.Checking;

/// <summary>How a command ended, as its sender saw it.</summary>
internal enum Ending : byte
{
    /// <summary>Sent; no answer yet. The sender may have died, so the command may or may not be recorded.</summary>
    Sent,

    /// <summary>Acknowledged: it must be in the log, once, for ever.</summary>
    Acknowledged,

    /// <summary>The store could not say. It may be in the log, at most once.</summary>
    Unknown,

    /// <summary>Refused, conflicting or failed: it must not be in the log.</summary>
    NotRecorded,
}

/// <summary>
/// One stream's share of one command, as its sender saw it. Fixed in size, so that a file of them needs no more than
/// reading, and a last one cut short by a kill is recognised.
/// </summary>
/// <param name="StreamId">Empty while the sender does not know it, because the answer names it.</param>
/// <param name="Count">Events of the command in this stream.</param>
/// <param name="Sender">Its commands are sent one after another, so their positions must rise.</param>
/// <param name="Command">The how-manieth command of its sender.</param>
/// <param name="FirstOrdinal">The first of the events, counted over all streams of the command.</param>
/// <param name="Version">Of the last of the events in the stream, as acknowledged; 0 when the answer did not say.</param>
/// <param name="Position">Of the last of the events in the log, as acknowledged; 0 when the answer did not say.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct HistoryEntry(
    Guid CommandId,
    Guid StreamId,
    long Version,
    long Position,
    int Sender,
    int Command,
    short FirstOrdinal,
    short Count,
    Ending Ending)
{
    /// <summary>The ids of the events and the marks that they carry.</summary>
    public IEnumerable<(Guid Id, long Mark)> Events()
    {
        for (int ordinal = FirstOrdinal; ordinal < FirstOrdinal + Count; ordinal++)
        {
            yield return (EventIds.ForEvent(CommandId, ordinal), Mark.Of(Sender, Command, ordinal));
        }
    }
}
