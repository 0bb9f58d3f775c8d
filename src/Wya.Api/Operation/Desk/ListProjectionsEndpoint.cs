using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

internal static class ListProjectionsEndpoint
{
    internal sealed record Projections(IReadOnlyList<Item> Items);

    /// <param name="Kind">inline: written by the append itself; async: by the daemon; copy: of another domain's log; follower: it answers events with events; cache: kept outside the database; relay: published to an external log.</param>
    /// <param name="Status">running, paused, standing_still or never_run.</param>
    /// <param name="Position">The last event of the source's log that counts for it.</param>
    /// <param name="LagSeconds">Age of the oldest event after it.</param>
    /// <param name="Leader">The process that led last.</param>
    /// <param name="Parked">Streams set aside that are retried by themselves.</param>
    /// <param name="Dead">Streams set aside for an operator.</param>
    /// <param name="Error">Why it stands still.</param>
    /// <param name="Rebuild">Of read models that can be rebuilt, the last one.</param>
    internal sealed record Item(
        string Name, string Domain, string Source, string Kind, string Status, long Position, long Head, long LagEvents, double LagSeconds,
        long Parked, long Dead, string? Leader, string? Error, DateTimeOffset? UpdatedAt, RebuildView? Rebuild);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/operator/projections", Answer)
        .RequireCapability(Capability.Operate)
        .Describe("ListProjections", "Show how every projection stands", "Read models, copies of other domains' logs, followers, caches and relays: position, lag, leader, what is set aside, and the last rebuild.")
        .Produces<Projections>()
        .ForExample(answer: new Projections([new Item("AccountHistory", "identity", "identity", "async", "running", 119_998, 120_000, 2, 0.1, 0, 1, "node-1:4711", null, ExamplePeople.Then, null)]));

    private static async Task<IResult> Answer(OperatorDesk desk, TimeProvider clock, CancellationToken ct)
    {
        List<Item> items = [];
        foreach (OpenDomain domain in desk.Domains)
        {
            Rebuilds rebuilds = desk.RebuildsOf(domain);
            long head = await domain.Store.Head(ct).ConfigureAwait(false);
            foreach (ReadModel model in domain.Definition.ReadModels.Where(model => model.Inline))
            {
                items.Add(new Item(model.Name, domain.Name, domain.Name, "inline", "running", head, head, 0, 0, 0, 0, null, null, null, await Last(rebuilds, domain, model.Name, ct).ConfigureAwait(false)));
            }

            var consumers = new EventStore.Postgres.Projections([.. domain.Everything], clock);
            foreach (Consumer consumer in consumers.Consumers)
            {
                ProjectionStatus status = await consumers.Status(consumer, ct).ConfigureAwait(false);
                items.Add(new Item(
                    status.Name, domain.Name, status.Source, Kind(domain, consumer), status.State, status.Position, status.Head, status.LagEvents, Math.Round(status.LagSeconds, 3),
                    status.Parked, status.Dead, status.Leader, status.Error, status.UpdatedAt, await Last(rebuilds, domain, status.Name, ct).ConfigureAwait(false)));
            }
        }

        return TypedResults.Ok(new Projections(items));
    }

    private static string Kind(OpenDomain domain, Consumer consumer) =>
        domain.Caches.Contains(consumer) ? "cache"
        : domain.Relay == consumer ? "relay"
        : consumer.Model is null ? "follower"
        : domain.Definition.ReadModels.Contains(consumer.Model) ? "async"
        : "copy";

    private static async Task<RebuildView?> Last(Rebuilds rebuilds, OpenDomain domain, string name, CancellationToken ct) =>
        await rebuilds.Show(name, ct).ConfigureAwait(false) is { } job ? RebuildView.Of(domain.Name, job) : null;
}
