using Wya.Api.Graph;
using Wya.Api.Identity;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Projections.Discovery;
using Wya.Projections.Graph;
using Wya.Projections.Identity;
using Wya.Projections.Redis;

namespace Wya.Api.Around;

/// <summary>Somebody as the rows have them at the moment of an answer.</summary>
/// <param name="AreApart">By layer, block, ban or erasure; or there is nobody of that id.</param>
/// <param name="Relation">A friend in common counts only if the one who was proposed is one.</param>
internal sealed record SurePerson(
    AgeLayer AgeLayer,
    bool AreApart,
    bool IsInvisible,
    bool IsRestricted,
    FindableBy FindableBy,
    LocationTier? FriendsFinest,
    LocationTier? StrangersFinest,
    Relation Relation,
    string? Handle)
{
    public static SurePerson Nobody { get; } = new(AgeLayer.Minor, true, true, true, FindableBy.Nobody, null, null, Relation.Stranger, null);

    public LocationTier? Finest => Relation == Relation.Friend ? FriendsFinest : StrangersFinest;
}

/// <param name="Graph">From when, or from before, the ties are.</param>
/// <param name="Preferences">The viewer's own; null when identity does not know them.</param>
internal sealed record SurePeople(
    ValueVersion Graph, SurePerson? Self, DiscoveryPreferences? Preferences, IReadOnlyDictionary<Guid, SurePerson> People)
{
    public SurePerson Of(Guid id) => People.GetValueOrDefault(id, SurePerson.Nobody);
}

/// <summary>
/// What identity and the graph say of people, for discovery: their facts, which a town keeps for a while; and what the rows say
/// of a few at the moment at which they are to be shown.
/// </summary>
internal sealed class Townsfolk(IdentityLog identity, GraphLog graph, Sightlines sightlines, TimeProvider clock)
{
    /// <summary>People in one round trip; each with all of their friends.</summary>
    public const int FactsMax = 100;

    /// <summary>Without those of whom one of the two does not know, or not any more.</summary>
    public async Task<IReadOnlyDictionary<Guid, Facts>> Facts(IReadOnlyList<Guid> people, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        Task<ProjectedPeople> reading = GraphProjectionRows.Read(graph.Database, people, ct);
        IReadOnlyDictionary<Guid, FoundPerson> found = await FoundPeople.Of(identity.Database, people, now, ct).ConfigureAwait(false);
        ProjectedPeople projected = await reading.ConfigureAwait(false);
        return found.Where(row => projected.People.ContainsKey(row.Key)).ToDictionary(row => row.Key, row => Of(row.Value, projected.People[row.Key]));
    }

    /// <summary>Reads somebody's facts into the town now, because they ask.</summary>
    public async Task Settle(Town town, UserId user, CancellationToken ct)
    {
        (Guid, int)[] asked = [(user.Value, town.VersionOf(user.Value))];
        town.Take(asked, await Facts([user.Value], ct).ConfigureAwait(false));
    }

    public async Task<SurePeople> Sure(UserId viewer, IReadOnlyDictionary<Guid, Guid?> others, CancellationToken ct)
    {
        Task<CircleTies> reading = Circles.Of(graph.Database, viewer, [.. others.Select(one => new AskedTie(one.Key, one.Value))], ct);
        IReadOnlyDictionary<Guid, FoundPerson> found =
            await FoundPeople.Of(identity.Database, [.. others.Keys, viewer.Value], clock.GetUtcNow(), ct).ConfigureAwait(false);
        CircleTies ties = await reading.ConfigureAwait(false);
        FoundPerson? self = found.GetValueOrDefault(viewer.Value);
        return new SurePeople(
            ties.Version,
            self is null ? null : Sure(self, null),
            self?.Preferences,
            found.Where(row => others.ContainsKey(row.Key)).ToDictionary(row => row.Key, row => Sure(row.Value, ties.People.GetValueOrDefault(row.Key))));
    }

    private SurePerson Sure(FoundPerson found, CircleTie? tie)
    {
        (LocationTier? friends, LocationTier? strangers) = Finest(found.Settings);
        return new SurePerson(
            found.Settings.AgeLayer,
            tie is null || found.IsBarred,
            found.Settings.IsInvisible,
            found.IsRestricted,
            found.Preferences.FindableBy,
            friends,
            strangers,
            tie switch { { AreFriends: true } => Relation.Friend, { AreThroughFriend: true } => Relation.FriendOfFriend, _ => Relation.Stranger },
            tie?.Handle);
    }

    private Facts Of(FoundPerson found, GraphProjection projection)
    {
        (LocationTier? friends, LocationTier? strangers) = Finest(found.Settings);
        return new Facts(
            found.Settings.AgeLayer,
            found.IsBarred,
            found.Settings.IsInvisible,
            found.IsRestricted,
            found.Preferences,
            friends,
            strangers,
            Ranking.Band((decimal)projection.TrustScore),
            projection.Friends,
            projection.Blocks);
    }

    /// <summary>As closely as friends and strangers may be told of their place, if one is kept at all.</summary>
    private (LocationTier? Friends, LocationTier? Strangers) Finest(PresenceSettings settings)
    {
        PresencePolicy policy = sightlines.Policy(settings.AgeLayer);
        LocationTier? kept = Sightlines.Visible(settings).Finest(policy, locationIsOn: true);
        return (PresencePolicy.Coarser(policy.FinestForFriends, kept), PresencePolicy.Coarser(policy.FinestForStrangers, kept));
    }
}
