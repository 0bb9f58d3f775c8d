using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>
/// The gate before one of messaging's logs: entries that wait at the same moment share a round trip, so under load each costs
/// a fraction of one.
/// </summary>
internal sealed class GateLane(LogDatabase messaging) : IAsyncDisposable
{
    /// <summary>Reads under way at a time; what comes meanwhile gathers for the next. More would only make each smaller.</summary>
    private const int ReadsMax = 1;

    private const int WaitingMax = 10_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource lane = messaging.OpenLane(ReadsMax);
    private readonly Lock gate = new();
    private List<Waiting> waiting = [];
    private int reads;

    private sealed record Waiting(EntryQuestion Question, TaskCompletionSource<Entry> Answer);

    public Task<Entry> Ask(EntryQuestion question)
    {
        var one = new Waiting(question, new TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (waiting.Count >= WaitingMax)
            {
                throw new EventStore.StoreUnavailableException("Too many wait at the gate.", RetryAfter);
            }

            waiting.Add(one);
            if (reads < ReadsMax)
            {
                reads++;
                _ = Task.Run(ReadAll);
            }
        }

        return one.Answer.Task;
    }

    public ValueTask DisposeAsync() => lane.DisposeAsync();

    private async Task ReadAll()
    {
        while (true)
        {
            List<Waiting> taken;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    reads--;
                    return;
                }

                if (waiting.Count <= Entries.TogetherMax)
                {
                    (taken, waiting) = (waiting, []);
                }
                else
                {
                    taken = waiting[..Entries.TogetherMax];
                    waiting.RemoveRange(0, taken.Count);
                }
            }

            try
            {
                Entry[] entries = await Entries.Read(messaging, lane, [.. taken.Select(one => one.Question)]).ConfigureAwait(false);
                for (int i = 0; i < entries.Length; i++)
                {
                    taken[i].Answer.TrySetResult(entries[i]);
                }
            }
            catch (Exception failure)
            {
                taken.ForEach(one => one.Answer.TrySetException(failure));
            }
        }
    }
}
