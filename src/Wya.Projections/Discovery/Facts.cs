using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Projections.Discovery;

/// <summary>What the other domains say of somebody, but for where they are: from their rows, at the moment of reading.</summary>
/// <param name="IsBarred">Banned, suspended, or about to be erased.</param>
/// <param name="FriendsFinest">As closely as friends may be told of their place; null when not at all.</param>
/// <param name="Friends">Those whom they are shown.</param>
/// <param name="Blocks">Whom they have blocked.</param>
public sealed record Facts(
    AgeLayer AgeLayer,
    bool IsBarred,
    bool IsInvisible,
    bool IsRestricted,
    DiscoveryPreferences Preferences,
    LocationTier? FriendsFinest,
    LocationTier? StrangersFinest,
    TrustBand Trust,
    IReadOnlyList<Guid> Friends,
    IReadOnlyList<Guid> Blocks);

/// <summary>Where somebody is, as presence has told whoever listened.</summary>
/// <param name="Cell">As far as friends may come to know it.</param>
/// <param name="CameAt">When they were first heard of in this stay.</param>
/// <param name="ToldAt">When what is known was so.</param>
public sealed record Whereabouts(PresenceStatus Status, Activity Activity, Cell? Cell, Guid? RoomId, DateTimeOffset CameAt, DateTimeOffset ToldAt);

/// <summary>Somebody who may be shown, as the snapshot has them; the rows are asked before anybody is.</summary>
/// <param name="Via">A friend whom both have, when they are a friend of a friend.</param>
public sealed record Proposal(Candidate Candidate, Guid? Via);
