using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Api.Identity;

/// <summary>What one pass over people came to. Failures are told by kind: a message could name somebody.</summary>
/// <param name="Done">For how many an event was recorded now.</param>
/// <param name="Failed">How many could not be dealt with; the next pass meets them again.</param>
/// <param name="FailureKinds">The kinds of the failures, each once.</param>
internal sealed record DueOutcome(int Done, int Failed, IReadOnlyList<string> FailureKinds);

/// <summary>Sends the commands of one pass; a person who fails keeps nobody else waiting.</summary>
internal sealed class DuePass(IEventStore store)
{
    /// <summary>Together they fill the log's batches; more would only keep live commands waiting.</summary>
    private const int AtATime = 64;

    private readonly Lock gate = new();
    private readonly SortedSet<string> kinds = new(StringComparer.Ordinal);
    private int done;
    private int failed;

    public DueOutcome Outcome => new(done, failed, [.. kinds]);

    public void Fail(string kind)
    {
        lock (gate)
        {
            failed++;
            kinds.Add(kind);
        }
    }

    /// <param name="commandId">
    /// Derived from what is due, never from who sends it or when: two processes, or one that was killed and started again,
    /// name the same event, and the log takes an event once.
    /// </param>
    public Task Send<TDue>(
        IEnumerable<TDue> due,
        Func<TDue, Guid> user,
        Func<TDue, Guid> commandId,
        Func<TDue, User, Decision<UserEvent>> decide,
        CancellationToken ct) =>
        Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = ct }, async (one, stop) =>
        {
            try
            {
                Transacted<User> sent = await store.Transact(
                    User.Stream, user(one), state => decide(one, state), CommandMetadata.System(commandId(one)), stop).ConfigureAwait(false);
                if (sent.Refusal is { } refusal && refusal != IdentityRefusals.UserNotFound) // erased meanwhile: nothing is due any more
                {
                    Fail(refusal.Code);
                }

                Interlocked.Add(ref done, sent.Recorded);
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                Fail(failure.GetType().Name);
            }
        });
}
