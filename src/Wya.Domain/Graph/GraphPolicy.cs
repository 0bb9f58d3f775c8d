using Wya.Domain.Identity.Events;

namespace Wya.Domain.Graph;

/// <summary>
/// What an age layer means for being with others. Everybody reaches their own layer alone, and every rule here comes on top
/// of that; what is narrower for minors is whom they are suggested, and to whom. Protective by default.
/// </summary>
/// <param name="SuggestsFriendsOfFriendsOnly">Nobody is suggested, or suggested to anybody, without a friend in common.</param>
public sealed record GraphPolicy(bool SuggestsFriendsOfFriendsOnly)
{
    public const int FriendsMax = 5_000;
    public const int FollowingMax = 5_000;
    public const int BlocksMax = 10_000;
    public const int MutesMax = 10_000;

    /// <summary>Of one's own, waiting at a time.</summary>
    public const int RequestsMax = 500;

    /// <summary>At a time; nobody pages through people whom they do not know.</summary>
    public const int SuggestionsMax = 20;

    /// <summary>Named in a reason; the rest is counted.</summary>
    public const int MutualFriendsNamedMax = 3;

    /// <summary>In one import.</summary>
    public const int ImportMax = 200;

    /// <summary>For so long after a decline, another request of the same person is not shown.</summary>
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromDays(30);

    private static readonly GraphPolicy Minor = new(SuggestsFriendsOfFriendsOnly: true);
    private static readonly GraphPolicy Older = new(SuggestsFriendsOfFriendsOnly: false);

    public static GraphPolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional or AgeLayer.Adult => Older,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };
}
