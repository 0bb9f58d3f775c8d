using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

/// <summary>
/// Before any traffic: whoever the shred ledger names is erased in these databases too, whatever backup they come from.
/// Keys are destroyed first, so that nothing can be read while the rest is done. The other way round the ledger gains whom
/// the log knows to be erased and it does not: a process may have been killed between the two.
/// </summary>
internal sealed class ReappliedErasures(
    IdentityLog identity, Erasures erasures, ShredLedger ledger, IHostApplicationLifetime lifetime, TimeProvider clock, ILogger<ReappliedErasures> log)
    : BackgroundService
{
    private const int KeysTogetherMax = 5_000;
    private const int ErasedTogetherMax = 1_000;
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(50);

    private volatile bool areDone;

    public bool AreDone => areDone;

    /// <exception cref="ShredLedgerException">It cannot be read: the process does not start.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (ledger.IsThere)
        {
            await ledger.Read(cancellationToken).ConfigureAwait(false);
        }

        await base.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!areDone)
        {
            try
            {
                await Reapply(stoppingToken).ConfigureAwait(false);
                areDone = true;
            }
            catch (ShredLedgerException unusable)
            {
                log.LogCritical("This process does not serve: {Reason}", unusable.Message);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
            // A database that is away or not migrated yet: the process stays, and says that it is not ready.
            catch (Exception failure) when (Faults.IsAway(failure))
            {
                log.LogWarning("The shred ledger waits for the databases ({Kind}).", failure.GetType().Name);
                await Task.Delay(TryAgainAfter, clock, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    private async Task Reapply(CancellationToken ct)
    {
        if (!ledger.IsKept)
        {
            log.LogWarning("No shred ledger is kept (Wya__Erasure__LedgerFile): a restored backup brings erased people back.");
            return;
        }

        // A ledger that was never written is made; one that was lost must not be replaced by an empty one.
        if (!ledger.IsThere && await ErasuresTable.Erased(identity.Database, Guid.Empty, 1, ct).ConfigureAwait(false) is not [])
        {
            throw new ShredLedgerException("The shred ledger is missing, and people have been erased. Put it back, from its own copies, where Wya__Erasure__LedgerFile says.");
        }

        IReadOnlyDictionary<UserId, DateTimeOffset> shredded = await ledger.Read(ct).ConfigureAwait(false);
        int destroyed = 0;
        foreach (UserId[] some in shredded.Keys.Chunk(KeysTogetherMax))
        {
            destroyed += await erasures.DestroyKeys(some, ct).ConfigureAwait(false);
        }

        HashSet<UserId> missingHere = [.. shredded.Keys];
        int missingThere = await Compare(missingHere, shredded, ct).ConfigureAwait(false);
        int erasedAgain = 0;
        foreach (UserId user in missingHere)
        {
            if (await erasures.Begin(user, reapplied: true, ct).ConfigureAwait(false))
            {
                erasedAgain++;
            }
        }

        foreach (UserId user in erasedAgain > 0 ? missingHere : [])
        {
            await UntilForgotten(user, ct).ConfigureAwait(false);
        }

        log.LogInformation(
            "The shred ledger holds {People} people: {Keys} keys were destroyed again, {Erased} people erased again, {Added} added to the ledger.",
            shredded.Count, destroyed, erasedAgain, missingThere);
    }

    /// <summary>Takes out of the set who is erased here, and adds to the ledger whom it lacks.</summary>
    private async Task<int> Compare(HashSet<UserId> missingHere, IReadOnlyDictionary<UserId, DateTimeOffset> shredded, CancellationToken ct)
    {
        int added = 0;
        Guid after = Guid.Empty;
        while (await ErasuresTable.Erased(identity.Database, after, ErasedTogetherMax, ct).ConfigureAwait(false) is { Count: > 0 } erased)
        {
            after = erased[^1].UserId;
            missingHere.ExceptWith(erased.Select(row => new UserId(row.UserId)));
            added += await ledger.Add(
                [.. from row in erased let user = new UserId(row.UserId) where !shredded.ContainsKey(user) select (user, row.ErasedAt!.Value)], ct).ConfigureAwait(false);
        }

        return added;
    }

    /// <summary>
    /// However long it takes: a read model that has not forgotten them would show them. What holds of them only what is sealed
    /// shows nothing, since the key is destroyed; it does not keep everybody else waiting.
    /// </summary>
    private async Task UntilForgotten(UserId user, CancellationToken ct)
    {
        string? told = null;
        while (await erasures.PositionOf(user, ct).ConfigureAwait(false) is { } position
            && await erasures.HeldBy(user, position, ct).ConfigureAwait(false) is { IsShown: true } held)
        {
            if (held.Reason != told)
            {
                log.LogInformation("The shred ledger is being applied, and waits: {Reason}.", told = held.Reason);
            }

            await Task.Delay(LookAgainAfter, clock, ct).ConfigureAwait(false);
        }
    }
}
