using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>What another build says that it keeps: of identity one read model, changed; and one whose table has another column.</summary>
public static class Domains
{
    public static IReadOnlyList<KeptDomain> All { get; } =
    [
        new(
            "identity",
            EventTypeMap.From(typeof(UserEvent).Assembly.GetTypes().Where(type => type.Namespace == typeof(UserEvent).Namespace)),
            [
                new ReadModel("AccountHistory", 2, Inline: false, new ChangedHistoryTable("account_history", "what")),
                new ReadModel("Users", 2, Inline: false, new ChangedHistoryTable("users", "title")),
            ]),
    ];
}

public sealed record KeptDomain(string Name, EventTypeMap Types, IReadOnlyList<ReadModel> Kept);
