using System.Collections.Concurrent;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Records what was noticed, in the case of the person concerned, with what follows from it. Each once, by the command's id,
/// however often it is noticed and wherever.
/// </summary>
public sealed class SignalWriter(IEventStore store, LogDatabase safety)
{
    private const int RememberedMax = 10_000;

    private readonly ConcurrentDictionary<Guid, byte> recorded = new();

    /// <param name="command">See <see cref="SignalRules.IdOf"/>.</param>
    /// <param name="source">The domain that it was noticed in, or <c>scanner</c>.</param>
    /// <param name="detail">Which rule, how many: no words of anybody.</param>
    /// <exception cref="IOException">Safety's log takes no more at the moment: the same is noticed again.</exception>
    public Task Notice(
        Guid command, UserId user, SignalKind kind, string source, DateTimeOffset at, double weight, string detail, CancellationToken ct)
    {
        var signal = new RecordSignal(user, kind, source, at, weight, new Sensitive<string>(SafetyKey.Of(safety, user), detail));
        return Send(command, user, (state, registeredAt) => RecordSignal.Decide(state, signal, registeredAt, at), ct);
    }

    public async Task Send(Guid command, UserId user, Func<Case, DateTimeOffset?, Decision<CaseEvent>> decide, CancellationToken ct)
    {
        if (recorded.ContainsKey(command))
        {
            return; // what goes on is noticed with each message, and recorded once an hour
        }

        try
        {
            DateTimeOffset? registeredAt = await PeopleTable.RegisteredAt(safety, user, ct).ConfigureAwait(false);
            Transacted<Case> sent = await store.Transact(
                Case.Stream, CaseId.Of(user).Value, state => decide(state, registeredAt), CommandMetadata.System(command), ct).ConfigureAwait(false);
            if (sent.Refusal is { } refusal)
            {
                throw new IOException($"A signal was not recorded: {refusal.Code}.");
            }
        }
        catch (Exception away) when (away is StoreUnavailableException or OutcomeUnknownException)
        {
            throw new IOException("The log takes no more at the moment.", away); // nobody's fault: the same event is tried again
        }

        if (recorded.Count >= RememberedMax)
        {
            recorded.Clear();
        }

        recorded[command] = 0;
    }
}
