using System.Runtime.InteropServices;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Checking;

/// <summary>
/// Follows a log live as any reader may: from a cursor, by position, woken or polling, on from the cursor after a broken
/// connection. Notes the id of every event in the order in which it came.
/// </summary>
internal sealed class LogFollower
{
    private readonly List<Guid> seen = [];
    private readonly TaskCompletionSource<long> target = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task following;
    private long cursor;

    public LogFollower(PostgresEventStore store, TimeSpan poll, CancellationToken ct) =>
        following = Task.Run(() => Follow(store, poll, ct), ct);

    /// <summary>How often the connection broke under it.</summary>
    public int Interruptions { get; private set; }

    public long Cursor => Volatile.Read(ref cursor);

    /// <summary>All that it has seen, once it has come to the position.</summary>
    public async Task<IReadOnlyList<Guid>> StopAt(long position)
    {
        target.TrySetResult(position);
        await following;
        return seen;
    }

    public static void Save(string path, IReadOnlyList<Guid> seen) =>
        File.WriteAllBytes(path, MemoryMarshal.AsBytes<Guid>(seen.ToArray()).ToArray());

    public static IReadOnlyList<Guid> Load(string path) => MemoryMarshal.Cast<byte, Guid>(File.ReadAllBytes(path)).ToArray();

    private async Task Follow(PostgresEventStore store, TimeSpan poll, CancellationToken ct)
    {
        while (!target.Task.IsCompletedSuccessfully || cursor < target.Task.Result)
        {
            try
            {
                await foreach (RecordedEvent recorded in store.ReadLog(new LogRange(After: cursor), ct))
                {
                    seen.Add(recorded.Id);
                    Volatile.Write(ref cursor, recorded.Position);
                }

                await store.Signal.WaitBeyond(cursor, poll, ct);
            }
            catch (Exception broken) when (Faults.IsTransient(broken))
            {
                Interruptions++;
                await Task.Delay(poll, ct);
            }
        }
    }
}
