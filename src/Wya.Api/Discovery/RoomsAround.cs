using Wya.Api.Around;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Discovery;

namespace Wya.Api.Discovery;

/// <param name="Friends">Of the viewer, who are in it now.</param>
internal sealed record FoundRoom(Guid Id, Guid OwnerId, string Owner, IReadOnlyList<string> Friends);

internal sealed record FoundRooms(IReadOnlyList<FoundRoom> WithFriends, IReadOnlyList<FoundRoom> NearBy, IReadOnlyList<FoundRoom> Recent);

/// <summary>
/// Rooms with friends in them, rooms with people near by in them, and rooms that were published lately: each list finite, and
/// each room only for whoever may look at it and could find its owner. How many visit a room counts for nothing.
/// </summary>
internal sealed class RoomsAround(Town town, Townsfolk folk, KnownRooms rooms, RoomsInSight inSight, TimeProvider clock)
{
    public const int ListMax = 20;

    /// <summary>Fewer people near by in a room would tell who they are.</summary>
    public const int PeopleNearByMin = 5;

    public async Task<FoundRooms> Find(UserId user, AgeLayer layer, bool mayMeetStrangers, CancellationToken ct)
    {
        if (!town.Asks(user.Value))
        {
            await folk.Settle(town, user, ct).ConfigureAwait(false);
        }

        var viewer = new Viewer(user, layer, mayMeetStrangers, DiscoveryPreferences.Default);
        Proposal[] around = [.. town.Around(user.Value, DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime))
            .Where(one => Hindrances.Between(viewer, one.Candidate) is null && RoomOf(one) is not null)];
        Proposal[] friends = [.. around.Where(one => one.Candidate.Relation == Relation.Friend).Take(2 * ListMax)];
        // What the log has said of rooms proposes them; who may look is asked of their rows, below.
        Guid[] nearBy =
        [
            .. around.Where(one => one.Candidate.Tier >= LocationTier.Local)
                .GroupBy(one => RoomOf(one)!.Value)
                .Where(room => room.Count() >= PeopleNearByMin && rooms.Of(room.Key)?.Visibility == RoomVisibility.Public)
                .OrderBy(room => Ranking.Draw(user, default, new UserId(room.Key)))
                .Select(room => room.Key).Take(ListMax),
        ];
        KnownRoom[] recent = [.. rooms.Recent(2 * ListMax)];
        KnownRoom[] all = [.. friends.Select(one => rooms.Of(RoomOf(one)!.Value)).Concat(nearBy.Select(rooms.Of)).OfType<KnownRoom>().Concat(recent).DistinctBy(room => room.Id)];

        Guid[] people = [.. friends.Select(one => one.Candidate.Id.Value).Concat(all.Select(room => room.OwnerId)).Distinct()];
        IReadOnlyDictionary<Guid, Guid> through = town.Through(user.Value, people);
        SurePeople sure = await folk.Sure(user, people.ToDictionary(id => id, id => through.TryGetValue(id, out Guid via) ? via : (Guid?)null), ct).ConfigureAwait(false);
        IReadOnlyDictionary<Guid, RoomVisibility> shown = await inSight.Of([.. all.Select(room => room.Id)], ct).ConfigureAwait(false);
        Dictionary<Guid, KnownRoom> open = all.Where(room => shown.TryGetValue(room.Id, out RoomVisibility visibility) && IsOpen(viewer, room, visibility, sure))
            .ToDictionary(room => room.Id);
        FoundRoom[] withFriends =
        [
            .. friends.Where(one => IsSure(viewer, sure.Of(one.Candidate.Id.Value), one.Candidate) && open.ContainsKey(RoomOf(one)!.Value))
                .GroupBy(one => RoomOf(one)!.Value).Take(ListMax)
                .Select(room => Of(open[room.Key], sure, [.. room.Select(one => sure.Of(one.Candidate.Id.Value).Handle!)])),
        ];
        return new FoundRooms(
            withFriends,
            [.. nearBy.Where(open.ContainsKey).Select(id => Of(open[id], sure, []))],
            [.. recent.Where(room => room.OwnerId != user.Value && open.ContainsKey(room.Id)).Take(ListMax).Select(room => Of(room, sure, []))]);
    }

    private Guid? RoomOf(Proposal one) => town.WhereIs(one.Candidate.Id.Value)?.RoomId;

    private static FoundRoom Of(KnownRoom room, SurePeople sure, IReadOnlyList<string> friends) =>
        new(room.Id, room.OwnerId, sure.Of(room.OwnerId).Handle ?? "", friends);

    /// <summary>The viewer may look at it, and could find its owner if they were around.</summary>
    private static bool IsOpen(Viewer viewer, KnownRoom room, RoomVisibility visibility, SurePeople sure)
    {
        SurePerson owner = sure.Of(room.OwnerId);
        FindableBy circle = Hindrances.Circle(owner.Relation);
        return owner is { AreApart: false, IsRestricted: false, Handle: not null }
            && owner.AgeLayer == viewer.AgeLayer
            && circle <= viewer.Reach
            && circle <= DiscoveryPolicy.For(owner.AgeLayer).AtMost(owner.FindableBy)
            && (visibility == RoomVisibility.Public || (visibility == RoomVisibility.Friends && owner.Relation == Relation.Friend));
    }

    /// <summary>By the rows too, somebody who lets themselves be found by the viewer.</summary>
    private static bool IsSure(Viewer viewer, SurePerson person, Candidate proposed) => person.Handle is not null && Hindrances.Between(viewer, proposed with
    {
        AgeLayer = person.AgeLayer,
        AreApart = person.AreApart,
        IsAround = !person.IsInvisible,
        IsRestricted = person.IsRestricted,
        FindableBy = person.FindableBy,
        Relation = person.Relation,
    }) is null && person.Relation == Relation.Friend;
}
