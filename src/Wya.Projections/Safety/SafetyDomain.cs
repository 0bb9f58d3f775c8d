using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>Safety: what was noticed, said and decided about people's conduct, for moderators and for the person concerned.</summary>
public static class SafetyDomain
{
    /// <summary>Safety's own rows of identity's people; also the names of what follows the other domains.</summary>
    public const string People = "SafetyPeople";
    public const string Graph = "SafetyGraph";

    public static DomainDefinition Definition { get; } = new(
        "safety",
        EventTypeMap.From(typeof(CaseEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(CaseEvent).Namespace)),
        [
            // In the append's own transaction: a lease, a decision or an appeal is there when the command is answered.
            new ReadModel("Cases", 1, Inline: true, new UsersTable(), new RiskProfilesTable(), new ModerationActionsTable(),
                new CasesTable(), new ReportsTable(), new AppealsTable(), new DecisionsTable()),
            new ReadModel("SafetyAudit", 1, Inline: true, new SafetyAuditTable(), new HoldsTable()),
            new ReadModel("Overlays", 1, Inline: true, new OverlaysTable()),
        ],
        new SafetyPersonalData(),
        SignalFollowers.PrepareSql)
    {
        IsChained = true,

        // Nothing is forbidden by these: they say who may not decide about whom.
        Subscriptions =
        [
            new Subscription("identity", new ReadModel(People, 1, Inline: false, new PeopleTable()), Enforces: false),
            new Subscription("graph", new ReadModel(Graph, 1, Inline: false, new FriendsTable(), new BlocksTable()), Enforces: false),
        ],
        Followers = SignalFollowers.All,
    };
}
