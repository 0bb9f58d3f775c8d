using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>Identity: who people are, and what they may do.</summary>
public static class IdentityDomain
{
    /// <summary>What follows the graph: who is found by nobody whom a block keeps apart from them.</summary>
    public const string Graph = "IdentityGraph";

    /// <summary>Identity's own rows of the trust in people; also the name of what follows the graph for them.</summary>
    public const string Trust = "IdentityTrust";

    public static DomainDefinition Definition { get; } = new(
        "identity",
        EventTypeMap.From(typeof(UserEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(UserEvent).Namespace)),
        [
            // In the append's own transaction: what a command answers is what the next query sees.
            new ReadModel("Users", 1, Inline: true, new UsersTable(), new PermissionsTable(), new SuspensionsTable(),
                new PersonalDetailsTable(), new ErasuresTable(), new BansTable(), new RestrictionsTable()),
            new ReadModel("AccountHistory", 1, Inline: false, new AccountHistoryTable()),
            new ReadModel("PermissionAudit", 1, Inline: false, new PermissionAuditTable()),
            new ReadModel("PresenceSettings", 1, Inline: true, new PresenceSettingsTable()),
            new ReadModel("DiscoveryPreferences", 1, Inline: true, new DiscoveryPreferencesTable()),
        ],
        new IdentityPersonalData(),
        $"""
        do $$ begin
            if to_regtype('public.age_layer') is null then
                create type public.age_layer as enum ('minor', 'transitional', 'adult');
            end if;
        end $$;
        {CredentialsTable.CreateSql}
        {SessionsTable.CreateSql}
        {ErasureReceipts.PrepareSql}
        {SafetyActions.PrepareSql}
        """)
    {
        Subscriptions =
        [
            new Subscription("graph", new ReadModel(Graph, 1, Inline: false, new BlocksTable())),
            // It only ever gives, so no command waits for it.
            new Subscription("graph", new ReadModel(Trust, 1, Inline: false, new EarnedTrustTable()), Enforces: false),
        ],
        Followers = [new("safety", ModerationFollower.Name, (store, _) => new ModerationFollower(store).Handle, Enforces: true)],
    };
}
