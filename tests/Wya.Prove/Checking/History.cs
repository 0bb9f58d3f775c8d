using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Wya.Prove.Checking;

/// <summary>
/// What senders know of their commands. Written with one system call an entry, before a command is sent and after it was
/// answered, so that it survives the death of the process: whoever reads it later knows every command that was ever sent.
/// </summary>
internal sealed class History(string path) : IDisposable
{
    private readonly Lock gate = new();
    private readonly FileStream file = new(path, FileMode.Append, FileAccess.Write, FileShare.Read, bufferSize: 0);

    public void Add(ReadOnlySpan<HistoryEntry> entries)
    {
        lock (gate)
        {
            file.Write(MemoryMarshal.AsBytes(entries));
        }
    }

    public void Dispose() => file.Dispose();

    /// <summary>Counts acknowledged commands while somebody else still writes; each look reads only what is new.</summary>
    public sealed class Tail(string path)
    {
        private long offset;
        private int acknowledged;

        public int Acknowledged()
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var entries = new HistoryEntry[(file.Length - offset) / Unsafe.SizeOf<HistoryEntry>()];
            file.Position = offset;
            file.ReadExactly(MemoryMarshal.AsBytes(entries.AsSpan()));
            offset = file.Position;
            acknowledged += entries.Count(entry => entry is { Ending: Ending.Acknowledged, FirstOrdinal: 0 });
            return acknowledged;
        }
    }

    public static IReadOnlyList<HistoryEntry> Read(string path)
    {
        using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var entries = new HistoryEntry[file.Length / Unsafe.SizeOf<HistoryEntry>()];
        file.ReadExactly(MemoryMarshal.AsBytes(entries.AsSpan()));
        return entries;
    }
}
