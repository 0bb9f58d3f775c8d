using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>The graph: who is with whom, who wants nothing to do with whom, and the trust in each.</summary>
public static class GraphDomain
{
    /// <summary>The graph's own rows of identity's people; also the name of what follows identity.</summary>
    public const string People = "GraphPeople";

    /// <summary>What follows safety: who may ask nobody for their friendship.</summary>
    public const string Safety = "GraphSafety";

    public static DomainDefinition Definition { get; } = new(
        "graph",
        EventTypeMap.From(typeof(EdgeEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(EdgeEvent).Namespace)),
        [
            // In the append's own transaction: an edge holds when the command that made it is answered.
            new ReadModel("Edges", 1, Inline: true, new UsersTable(), new EdgesTable(), new FriendRequestsTable(),
                new GraphMutesTable(), new DismissedSuggestionsTable()),
            new ReadModel("TrustScores", 1, Inline: true, new TrustScoresTable()),
        ],
        new GraphPersonalData(),
        $"""
        {GraphProjectionRows.PrepareSql}
        {TrustOriginsTable.CreateSql}
        """)
    {
        Subscriptions =
        [
            new Subscription("identity", new ReadModel(People, 1, Inline: false, new PeopleTable())),
            new Subscription("safety", new ReadModel(Safety, 1, Inline: false, new MutesTable())),
        ],
        Followers = TrustFollower.All,
    };
}
