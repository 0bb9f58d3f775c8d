using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

/// <summary>
/// Carries erasures out. Each goes through the same steps, and every step may be repeated, by this process or another, so
/// that it does not matter where one was killed:
/// 1. <see cref="Begin"/>: what there is is counted and kept, then UserErased is appended. That is the point of no return,
///    and the log arbitrates: a cancellation is before it or refused.
/// 2. <see cref="Destroy"/>: the person goes into the shred ledger, on disk, and only then their key is destroyed.
/// 3. <see cref="Finish"/>: every domain has taken the event and nothing older is kept beside its tables; no process can
///    hold the key any more; then what is left is counted, and the receipt issued.
/// Nothing is destroyed before the ledger knows it, and no receipt is issued before all of it is true.
/// </summary>
internal sealed class Erasures(
    IdentityLog identity, IEnumerable<OpenDomain> domains, SubjectKeys keys, ShredLedger ledger, Receipts receipts, TimeProvider clock)
{
    /// <summary>Erasures begun, or brought on, in one look; the rest wait for the next one.</summary>
    private const int TogetherMax = 100;

    private const string KeyStore = "data key";
    private const string KeyIsDestroyed = "destroyed, and written out of the database's files";
    private const string BackupsRemain =
        "Backups and write-ahead logs of the keys database from before the erasure hold the key, wrapped, until their retention ends.";

    /// <summary>Looks once, and does what can be done now.</summary>
    /// <returns>How many erasures are under way, and what holds them up, in words without ids.</returns>
    public async Task<(int UnderWay, IReadOnlyList<string> WaitsFor)> Advance(CancellationToken ct)
    {
        foreach (UserId user in await ErasuresTable.Due(identity.Database, clock.GetUtcNow(), TogetherMax, ct).ConfigureAwait(false))
        {
            await Begin(user, reapplied: false, ct).ConfigureAwait(false);
        }

        await Destroy(await Unfinished(ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        IReadOnlyList<UnfinishedErasure> unfinished = await Unfinished(ct).ConfigureAwait(false);
        IReadOnlyList<string> waitsFor = await Finish(unfinished, ct).ConfigureAwait(false);
        return (unfinished.Count, waitsFor);
    }

    public Task<IReadOnlyList<UnfinishedErasure>> Unfinished(CancellationToken ct) =>
        ErasureReceipts.Unfinished(identity.Database, TogetherMax, ct);

    /// <param name="reapplied">It happened before, and a restored backup does not know it: then it need not be due.</param>
    /// <returns>Whether there was anybody to erase.</returns>
    public async Task<bool> Begin(UserId user, bool reapplied, CancellationToken ct)
    {
        if (await UsersTable.ById(identity.Database, user, ct).ConfigureAwait(false) is null)
        {
            return false;
        }

        await ErasureReceipts.KeepFindings(identity.Database, user, await Find(user, ct).ConfigureAwait(false), ct).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        Transacted<User> done = await identity.Store.Transact(
            User.Stream,
            user.Value,
            state => reapplied ? ReapplyErasure.Decide(state, new ReapplyErasure(), now) : EraseUser.Decide(state, new EraseUser(), now),
            CommandMetadata.System(CommandId(user)),
            ct).ConfigureAwait(false);
        return done.Recorded > 0; // refused: cancelled in the meantime
    }

    public async Task Destroy(IReadOnlyList<UnfinishedErasure> erasures, CancellationToken ct)
    {
        UnfinishedErasure[] standing = [.. erasures.Where(erasure => erasure.KeyDestroyedAt is null)];
        if (standing.Length == 0)
        {
            return;
        }

        await ledger.Add([.. standing.Select(erasure => (erasure.User, erasure.ErasedAt))], ct).ConfigureAwait(false);
        await DestroyKeys([.. standing.Select(erasure => erasure.User)], ct).ConfigureAwait(false);
        foreach (UnfinishedErasure erasure in standing)
        {
            await ErasureReceipts.KeyIsDestroyed(identity.Database, erasure.User, clock.GetUtcNow(), ct).ConfigureAwait(false);
        }
    }

    /// <summary>Their own, and those under which domains seal what is theirs, but for what a legal hold keeps. None twice.</summary>
    /// <returns>How many there were to destroy.</returns>
    public async Task<int> DestroyKeys(IReadOnlyCollection<UserId> people, CancellationToken ct)
    {
        // Their own first: a domain that is away keeps nothing of the others readable.
        int destroyed = await DestroyStanding([.. people.Select(person => person.Value)], ct).ConfigureAwait(false);
        IReadOnlyList<OtherKey> others = await OtherKeys(people, ct).ConfigureAwait(false);
        return destroyed + await DestroyStanding([.. from other in others where other.KeptAs is null select other.Subject], ct).ConfigureAwait(false);
    }

    public async Task<IReadOnlyList<string>> Finish(IReadOnlyList<UnfinishedErasure> erasures, CancellationToken ct)
    {
        List<UnfinishedErasure> ready = [];
        HashSet<string> waitsFor = [];
        foreach (UnfinishedErasure erasure in erasures)
        {
            if (await WaitsFor(erasure, ct).ConfigureAwait(false) is { } reason)
            {
                waitsFor.Add(reason);
            }
            else
            {
                ready.Add(erasure);
            }
        }

        if (ready.Count > 0)
        {
            await keys.Vacuum(ct).ConfigureAwait(false);
            foreach (OpenDomain domain in domains)
            {
                await domain.Definition.PersonalData.CleanUp(domain.Held, ct).ConfigureAwait(false);
            }
        }

        foreach (UnfinishedErasure erasure in ready)
        {
            await Issue(erasure, ct).ConfigureAwait(false);
        }

        return [.. waitsFor];
    }

    /// <summary>The log position of the person's erasure; null when it is not recorded.</summary>
    public async Task<long?> PositionOf(UserId user, CancellationToken ct) =>
        (await identity.Store.FindEvent(CommandId(user), ct).ConfigureAwait(false))?.Position;

    /// <summary>What still stands between the erasure and its end in any domain; null when nothing does.</summary>
    public async Task<StillHeld?> HeldBy(UserId user, long position, CancellationToken ct)
    {
        foreach (OpenDomain domain in domains)
        {
            if (await domain.Definition.PersonalData.Forget(domain.Held, user, position, ct).ConfigureAwait(false) is { } held)
            {
                return held with { Reason = $"{domain.Name}: {held.Reason}" };
            }
        }

        return null;
    }

    private async Task<string?> WaitsFor(UnfinishedErasure erasure, CancellationToken ct)
    {
        if (erasure.KeyDestroyedAt is not { } destroyedAt || await PositionOf(erasure.User, ct).ConfigureAwait(false) is not { } position)
        {
            return "the key to be destroyed";
        }

        return (await HeldBy(erasure.User, position, ct).ConfigureAwait(false))?.Reason
            ?? (clock.GetUtcNow() < destroyedAt + SubjectKeys.ForgottenWithin ? "every process to forget the key" : null);
    }

    private async Task Issue(UnfinishedErasure erasure, CancellationToken ct)
    {
        IReadOnlyList<DomainFindings> left = await Find(erasure.User, ct).ConfigureAwait(false);
        string receipt = receipts.Sign(new ErasureReceipt(
            "wya-erasure-receipt", 1, erasure.User, erasure.RequestedAt, erasure.ErasedAt, clock.GetUtcNow(), Receipts.Stores(erasure.Found, left), BackupsRemain));
        await ErasureReceipts.Issue(identity.Database, erasure.User, receipt, ct).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<DomainFindings>> Find(UserId user, CancellationToken ct)
    {
        List<DomainFindings> found = [];
        foreach (OpenDomain domain in domains)
        {
            found.Add(new DomainFindings(domain.Name, await domain.Definition.PersonalData.Find(domain.Held, user, ct).ConfigureAwait(false)));
        }

        List<StoreFinding> keysFound = [await Find(KeyStore, user.Value, KeyIsDestroyed, ct).ConfigureAwait(false)];
        foreach (OtherKey other in await OtherKeys([user], ct).ConfigureAwait(false))
        {
            string atErasure = other.KeptAs is null ? KeyIsDestroyed : $"kept while a legal hold ({other.KeptAs}) stands, then destroyed";
            keysFound.Add(await Find($"{KeyStore} of {other.Of}", other.Subject, atErasure, ct).ConfigureAwait(false));
        }

        found.Add(new DomainFindings(KeysSchema.Name, keysFound));
        return found;
    }

    private async Task<StoreFinding> Find(string store, Guid subject, string atErasure, CancellationToken ct)
    {
        await keys.Fetch([subject], create: false, ct).ConfigureAwait(false);
        int usable = keys.TryCopy(subject, stackalloc byte[Sealing.KeyBytes]) == KeyState.AtHand ? 1 : 0;
        return new StoreFinding(store, usable, usable, atErasure);
    }

    private async Task<IReadOnlyList<OtherKey>> OtherKeys(IReadOnlyCollection<UserId> people, CancellationToken ct)
    {
        List<OtherKey> others = [];
        foreach (OpenDomain domain in domains)
        {
            others.AddRange(await domain.Definition.PersonalData.OtherKeys(domain.Held, people, ct).ConfigureAwait(false));
        }

        return others;
    }

    private async Task<int> DestroyStanding(IReadOnlyCollection<Guid> subjects, CancellationToken ct) =>
        await keys.NotDestroyed(subjects, ct).ConfigureAwait(false) is { Count: > 0 } standing
            ? await keys.Destroy(standing, ct).ConfigureAwait(false)
            : 0;

    /// <summary>Nobody is erased twice, whoever asks for it and however often.</summary>
    private static Guid CommandId(UserId user) => EventIds.ForCommand("system", "erase user", user.Value.ToString("n"));
}
