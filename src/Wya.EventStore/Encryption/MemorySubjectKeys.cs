using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Wya.EventStore;

/// <summary>Keys for the log in memory: made at the first use, gone with the process.</summary>
public sealed class MemorySubjectKeys : ISubjectKeys
{
    private readonly ConcurrentDictionary<Guid, byte[]?> keys = new();

    public KeyState TryCopy(Guid subject, Span<byte> key)
    {
        byte[]? held = keys.GetOrAdd(subject, static _ => RandomNumberGenerator.GetBytes(Sealing.KeyBytes));
        held?.CopyTo(key);
        return held is null ? KeyState.Destroyed : KeyState.AtHand;
    }

    public Task Fetch(IReadOnlyCollection<Guid> subjects, bool create, CancellationToken ct = default) => Task.CompletedTask;

    public void Destroy(Guid subject) => keys[subject] = null;
}
