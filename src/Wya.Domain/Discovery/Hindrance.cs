using Wya.Domain.Discovery.Events;

namespace Wya.Domain.Discovery;

/// <summary>
/// What keeps somebody from being shown, the hardest first. All before <see cref="Hindrance.BeyondReach"/> is the other
/// person's own affair, and nobody is told which of them it is, or whether the person exists at all.
/// </summary>
public enum Hindrance
{
    Oneself,
    OtherLayer,
    Apart,
    NotAround,
    Restricted,
    NotFindable,

    /// <summary>A stranger of whom it is not known that they are near.</summary>
    NotNear,

    /// <summary>The viewer may find no strangers.</summary>
    BeyondReach,

    /// <summary>The viewer's own filter.</summary>
    FilteredOut,
}

/// <summary>The hard filters: asked of the snapshot first, and once more of the committed rows before anything is shown.</summary>
public static class Hindrances
{
    /// <returns>Null when nothing keeps them from being shown.</returns>
    public static Hindrance? Between(Viewer viewer, Candidate person)
    {
        FindableBy circle = Circle(person.Relation);
        DiscoveryPreferences wishes = viewer.Preferences;
        return viewer switch
        {
            _ when person.Id == viewer.Id => Hindrance.Oneself,
            _ when person.AgeLayer != viewer.AgeLayer => Hindrance.OtherLayer,
            _ when person.AreApart => Hindrance.Apart,
            _ when !person.IsAround => Hindrance.NotAround,
            _ when person.IsRestricted => Hindrance.Restricted,
            _ when circle > DiscoveryPolicy.For(person.AgeLayer).AtMost(person.FindableBy) => Hindrance.NotFindable,
            _ when person.Relation == Relation.Stranger && person.Tier is null => Hindrance.NotNear,
            _ when circle > viewer.Reach => Hindrance.BeyondReach,
            _ when wishes.FriendsOnly && person.Relation != Relation.Friend => Hindrance.FilteredOut,
            _ when wishes.Furthest is { } furthest && !(person.Tier >= furthest) => Hindrance.FilteredOut,
            _ => null,
        };
    }

    /// <summary>The narrowest circle that holds somebody who is this to one.</summary>
    public static FindableBy Circle(Relation relation) => relation switch
    {
        Relation.Friend => FindableBy.Friends,
        Relation.FriendOfFriend => FindableBy.FriendsOfFriends,
        Relation.Stranger => FindableBy.Everybody,
        _ => throw new ArgumentOutOfRangeException(nameof(relation), relation, null),
    };
}
