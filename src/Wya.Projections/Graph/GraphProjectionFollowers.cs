using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>
/// Keeps the projections in step with the graph's log, and with what identity says of people. Each event stands for whom
/// it concerns; their projections are made anew, whole, from the rows. While Redis is away they wait at their position, and
/// go on from there. What happened longer ago than any projection lives is passed over: whatever was made before it has
/// ended by itself.
/// </summary>
public static class GraphProjectionFollowers
{
    public const string OfEdges = "GraphProjections";
    public const string OfPeople = "GraphProjectionsOfPeople";

    /// <summary>A projection's life, and a clock that is wrong by as much.</summary>
    private static readonly TimeSpan Matters = 2 * GraphProjection.Life;

    private static readonly TimeSpan RowsWait = TimeSpan.FromSeconds(5);

    /// <param name="people">What keeps the graph's own rows of identity's people.</param>
    public static IReadOnlyList<Consumer> Consumers(
        GraphProjections projections, LogDatabase graph, LogDatabase identity, Consumer people, TimeProvider clock)
    {
        var positions = new Positions();
        return
        [
            Consumer.OfPages(OfEdges, graph, graph, recorded => Ends(recorded).Length > 0, (recorded, _, ct) =>
                projections.Refresh([.. Recent(recorded, clock).SelectMany(Ends)], ct)),
            Consumer.OfPages(OfPeople, identity, graph, ChangesWhoIsShown, async (recorded, _, ct) =>
            {
                Guid[] changed = [.. Recent(recorded, clock).Select(each => each.StreamId).Distinct()];
                if (changed.Length > 0)
                {
                    await UntilInRows(positions, people, recorded[^1].Position, ct).ConfigureAwait(false);
                    foreach (Guid person in changed)
                    {
                        await RefreshAround(projections, graph, new UserId(person), ct).ConfigureAwait(false);
                    }
                }
            }),
        ];
    }

    /// <summary>Of a person and of everybody in whose projection they stand.</summary>
    public static Task<RefreshedProjections> RefreshAround(GraphProjections projections, LogDatabase graph, UserId person, CancellationToken ct = default) =>
        Around(page => projections.Refresh(page, ct), graph, person, ct);

    /// <summary>Likewise, for who does not trust what is kept.</summary>
    public static Task<RefreshedProjections> RebuildAround(GraphProjections projections, LogDatabase graph, UserId person, CancellationToken ct = default) =>
        Around(page => projections.Rebuild(page, ct), graph, person, ct);

    private static async Task<RefreshedProjections> Around(
        Func<IReadOnlyCollection<Guid>, Task<RefreshedProjections>> make, LogDatabase graph, UserId person, CancellationToken ct)
    {
        var done = new RefreshedProjections(0, 0, 0);
        Guid after = Guid.Empty;
        while (await GraphProjectionRows.Around(graph, person, after, ct).ConfigureAwait(false) is { Count: > 0 } page)
        {
            done += await make(page).ConfigureAwait(false);
            after = page[^1];
        }

        return done;
    }

    private static IEnumerable<RecordedEvent> Recent(IReadOnlyList<RecordedEvent> recorded, TimeProvider clock)
    {
        DateTimeOffset since = clock.GetUtcNow() - Matters;
        return recorded.Where(each => each.Time > since);
    }

    private static bool ChangesWhoIsShown(RecordedEvent recorded) => recorded.Data is
        AgeLayerChanged or UserBanned or UserUnbanned or ErasureRequested or ErasureCancelled or UserErased;

    private static Guid[] Ends(RecordedEvent recorded) => recorded.Data switch
    {
        FriendAdded added => [added.UserId.Value, added.FriendId.Value],
        FriendRemoved removed => [removed.UserId.Value, removed.FriendId.Value],
        FollowAdded added => [added.UserId.Value, added.FollowedId.Value],
        FollowRemoved removed => [removed.UserId.Value, removed.FollowedId.Value],
        UserBlocked blocked => [blocked.BlockerId.Value, blocked.BlockedId.Value],
        UserUnblocked unblocked => [unblocked.BlockerId.Value, unblocked.BlockedId.Value],
        TrustUpdated updated => [updated.UserId.Value],
        TrustErased erased => [erased.UserId.Value],
        _ => [],
    };

    /// <exception cref="TimeoutException">The rows lag behind; a fault of the moment.</exception>
    private static async Task UntilInRows(Positions positions, Consumer people, long position, CancellationToken ct)
    {
        Waited waited = await positions.WaitFor(people, position, RowsWait, ct).ConfigureAwait(false);
        if (waited.Result != WaitResult.Reached)
        {
            throw new TimeoutException($"{people.Name} has not come so far.");
        }
    }
}
