namespace Wya.EventStore.Postgres;

/// <summary>One consumer's standing in the election of its target database.</summary>
internal sealed class Candidate(string name) : IDisposable
{
    private readonly Lock gate = new();
    private TaskCompletionSource<CancellationToken> won = New();
    private CancellationTokenSource? term;
    private TaskCompletionSource woken = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name { get; } = name;

    public bool Leads => Volatile.Read(ref term) is not null;

    /// <summary>Completes when this process leads; the token ends with the leadership.</summary>
    public Task<CancellationToken> Won(CancellationToken ct)
    {
        lock (gate)
        {
            return won.Task.WaitAsync(ct);
        }
    }

    /// <summary>Completes at the next <see cref="Wake"/>.</summary>
    public Task Woken => Volatile.Read(ref woken).Task;

    public void Win()
    {
        lock (gate)
        {
            term = new CancellationTokenSource();
            won.TrySetResult(term.Token);
        }
    }

    public void Lose()
    {
        CancellationTokenSource? ended;
        lock (gate)
        {
            ended = term;
            term = null;
            if (won.Task.IsCompleted)
            {
                won = New();
            }
        }

        ended?.Cancel();
        ended?.Dispose();
    }

    public void Dispose() => Lose();

    /// <summary>An operator changed something about the consumer.</summary>
    public void Wake() =>
        Interlocked.Exchange(ref woken, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).TrySetResult();

    private static TaskCompletionSource<CancellationToken> New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
