using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>What safety notices in the logs of others, and in its own: after it was recorded there, so that nobody waits for it.</summary>
public static class SignalFollowers
{
    public static IReadOnlyList<Follower> All { get; } =
    [
        new("messaging", MessageFloods.Name, (store, safety) => Handling.Pages(MessageFloods.Concerns, new MessageFloods(Writer(store, safety)).Handle)),
        new("messaging", RequestFloods.OfMessaging, (store, safety) => new RequestFloods(Writer(store, safety)).Conversation),
        new("graph", RequestFloods.OfGraph, (store, safety) => new RequestFloods(Writer(store, safety)).Edge),
        new("graph", ManyBlocks.Name, (store, safety) => new ManyBlocks(Writer(store, safety), safety).Handle),
        new("safety", ReportFloods.Name, (store, safety) => new ReportFloods(Writer(store, safety), safety).Handle),
    ];

    /// <summary>The windows in which they count.</summary>
    public static string PrepareSql { get; } =
        $"""
        {MessageFloods.CreateSql}
        {RequestFloods.CreateSql}
        {ManyBlocks.CreateSql}
        {ReportFloods.CreateSql}
        """;

    private static SignalWriter Writer(IEventStore store, LogDatabase safety) => new(store, safety);
}
