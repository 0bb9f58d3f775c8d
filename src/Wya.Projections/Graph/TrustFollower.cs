using Npgsql;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>
/// Follows what happens to people and records what of it speaks for or against them. It reads nothing that anybody said,
/// opens nothing but who made a report that was decided, and takes no notice of messages at all: an answer to a first message is an event of its own.
/// Each piece of evidence is recorded once, by its event's id. What one person thinks of another counts once for ever,
/// however often they befriend or block them anew; everything else counts once for each event that says so.
/// </summary>
public sealed class TrustFollower(IEventStore graph, LogDatabase database)
{
    public const string OfIdentity = "TrustOfIdentity";

    /// <summary>A group is something made for others from this many people on, its creator counted.</summary>
    private const int GroupPeopleMin = 3;

    public static IReadOnlyList<Follower> All { get; } =
    [
        new("identity", OfIdentity, (store, graph) => new TrustFollower(store, graph).Account),
        new("graph", "TrustOfGraph", (store, graph) => new TrustFollower(store, graph).Edge),
        new("messaging", "TrustOfMessaging", (store, graph) => new TrustFollower(store, graph).Conversation),
        new("safety", "TrustOfSafety", (store, graph) => new TrustFollower(store, graph).Case, Opens: true), // who reported stands nowhere in the clear
    ];

    private Effect? Account(RecordedEvent recorded) => recorded.Data switch
    {
        UserVerified => (_, ct) => Count(new UserId(recorded.StreamId), TrustEvidence.Verified, recorded, ct),
        UserErased => (_, ct) =>
            Send(new UserId(recorded.StreamId), Once("erased", recorded.Id), (user, ledger) => EraseTrust.Decide(ledger, new EraseTrust(user)), ct),
        _ => null,
    };

    private Effect? Edge(RecordedEvent recorded) => recorded.Data switch
    {
        FriendAdded added => async (_, ct) =>
        {
            await Judge(added.FriendId, added.UserId, TrustEvidence.Welcomed, recorded, ct).ConfigureAwait(false);
            await Judge(added.UserId, added.FriendId, TrustEvidence.Welcomed, recorded, ct).ConfigureAwait(false);
        }
        ,
        FriendRequestDeclined declined => (_, ct) => Judge(declined.FriendId, declined.UserId, TrustEvidence.TurnedAway, recorded, ct),
        UserBlocked blocked => (_, ct) => Judge(blocked.BlockerId, blocked.BlockedId, TrustEvidence.TurnedAway, recorded, ct),
        _ => null,
    };

    private Effect? Conversation(RecordedEvent recorded) => recorded.Data switch
    {
        ConversationCreated { Kind: ConversationKind.Group } group when group.Participants.Count >= GroupPeopleMin =>
            (_, ct) => Count(group.CreatedBy, TrustEvidence.Contributed, recorded, ct),
        ConversationRequested requested => (transaction, ct) => TrustOriginsTable.Remember(transaction, recorded.StreamId, requested.By, ct),
        RequestAccepted accepted => (transaction, ct) => JudgeAsker(accepted.By, TrustEvidence.Welcomed, recorded, transaction, ct),
        RequestDeclined declined => (transaction, ct) => JudgeAsker(declined.By, TrustEvidence.TurnedAway, recorded, transaction, ct),
        _ => null,
    };

    private Effect? Case(RecordedEvent recorded) => recorded.Data switch
    {
        WarningIssued warned => Moderate(warned.UserId, warned.ActionId, recorded),
        RestrictionApplied applied => Moderate(applied.UserId, applied.RestrictionId, recorded),
        CapabilityRestricted restricted => Moderate(restricted.UserId, restricted.ActionId, recorded),
        SuspensionApplied suspended => Moderate(suspended.UserId, suspended.ActionId, recorded),
        BanApplied banned => Moderate(banned.UserId, banned.ActionId, recorded),
        ContentTakenDown taken => Moderate(taken.UserId, taken.ActionId, recorded),
        ActionReversed reversed => async (transaction, ct) =>
        {
            if (await TrustOriginsTable.Forget(transaction, reversed.RestrictionId, ct).ConfigureAwait(false) is { } user)
            {
                await Count(user, TrustEvidence.ModerationReversed, recorded, ct, reversed.RestrictionId).ConfigureAwait(false);
            }
        }
        ,
        ReportResolved { Outcome: not ReportOutcome.NoViolation, Reporter.IsErased: false } resolved => (_, ct) => Record( // in good faith counts for nothing
            new UserId(resolved.Reporter.ValueOr(Guid.Empty)),
            resolved.Outcome == ReportOutcome.Upheld ? TrustEvidence.ReportUpheld : TrustEvidence.ReportRejected,
            database.KeyedId($"report:{recorded.Id:n}"), // so that nobody can tell from the id which report it was
            recorded,
            null,
            ct),
        _ => null,
    };

    private Effect Moderate(UserId user, Guid action, RecordedEvent recorded) => async (transaction, ct) =>
    {
        await TrustOriginsTable.Remember(transaction, action, user, ct).ConfigureAwait(false);
        await Count(user, TrustEvidence.Moderated, recorded, ct, action).ConfigureAwait(false);
    };

    private async Task JudgeAsker(UserId judge, TrustEvidence evidence, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (await TrustOriginsTable.Recall(transaction, recorded.StreamId, ct).ConfigureAwait(false) is { } asker)
        {
            await Judge(judge, asker, evidence, recorded, ct).ConfigureAwait(false);
        }
    }

    /// <summary>What one person thinks of another. The event's id holds both, and no field of it the one who judges.</summary>
    private Task Judge(UserId judge, UserId user, TrustEvidence evidence, RecordedEvent recorded, CancellationToken ct) =>
        Record(user, evidence, EventIds.ForCommand("system", $"trust {evidence}", $"{judge} {user}"), recorded, null, ct);

    private Task Count(UserId user, TrustEvidence evidence, RecordedEvent recorded, CancellationToken ct, Guid? action = null) =>
        Record(user, evidence, Once($"{evidence}", recorded.Id), recorded, action, ct);

    private Task Record(UserId user, TrustEvidence evidence, Guid command, RecordedEvent recorded, Guid? action, CancellationToken ct) =>
        Send(user, command, (_, ledger) => UpdateTrust.Decide(ledger, new UpdateTrust(user, evidence, recorded.Time, action)), ct);

    private static Guid Once(string what, Guid source) => EventIds.ForCommand("system", $"trust {what}", source.ToString());

    private async Task Send(UserId user, Guid command, Func<UserId, TrustLedger, Decision<TrustEvent>> decide, CancellationToken ct)
    {
        // Without its cause: from the request behind it one could tell who judged or reported.
        Transacted<TrustLedger> sent = await graph.Answer(
            TrustLedger.Stream, TrustLedger.StreamOf(user), command, ledger => decide(user, ledger), ct).ConfigureAwait(false);
        if (sent.Refusal is { } refusal)
        {
            throw new IOException($"Trust was not recorded: {refusal.Code}.");
        }
    }
}
