using System.Collections.Immutable;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>A friend request that has not been accepted.</summary>
/// <param name="By">Who asks.</param>
/// <param name="IsDeclined">The other one does not want it, which only they know.</param>
public sealed record FriendRequest(UserId By, bool IsDeclined);

/// <param name="Of">Whose request was declined.</param>
/// <param name="AskAgainAt">From then on a request of theirs is shown again.</param>
public sealed record Decline(UserId Of, DateTimeOffset AskAgainAt);

/// <summary>What stands between two people. Every set holds one of them, both, or none.</summary>
/// <param name="Request">Null when nobody asks.</param>
/// <param name="Declined">The last decline, until who declined asks or accepts themselves.</param>
/// <param name="Follows">Who follows the other.</param>
/// <param name="Blocks">Who has blocked the other.</param>
/// <param name="Mutes">Who has muted the other.</param>
/// <param name="Dismissals">Who does not want to be suggested the other.</param>
public sealed record Edge(
    bool AreFriends,
    FriendRequest? Request,
    Decline? Declined,
    ImmutableHashSet<UserId> Follows,
    ImmutableHashSet<UserId> Blocks,
    ImmutableHashSet<UserId> Mutes,
    ImmutableHashSet<UserId> Dismissals)
{
    public static Edge Strangers { get; } = new(AreFriends: false, null, null, [], [], [], []);

    public static StreamType<Edge, EdgeEvent> Stream { get; } = new("edge", Strangers, Evolve);

    /// <summary>They ask, and wait for an answer that they know of.</summary>
    public bool IsRequestedBy(UserId user) => Request?.By == user;

    /// <summary>The end of the time in which their requests are not shown, if it has not come.</summary>
    public DateTimeOffset? WithheldFrom(UserId user, DateTimeOffset now) =>
        Declined is { } declined && declined.Of == user && now < declined.AskAgainAt ? declined.AskAgainAt : null;

    public static Edge Evolve(Edge edge, EdgeEvent fact) => fact switch
    {
        FriendRequested requested => edge with
        {
            Request = new FriendRequest(requested.UserId, IsDeclined: false),
            Declined = edge.Declined?.Of == requested.UserId ? edge.Declined : null,
        },
        FriendRequestCancelled => edge with { Request = null },
        FriendRequestDeclined declined => edge with
        {
            Request = edge.Request is { } request ? request with { IsDeclined = true } : null,
            Declined = new Decline(declined.UserId, declined.AskAgainAt),
        },
        FriendAdded => edge with { AreFriends = true, Request = null, Declined = null },
        FriendRemoved => edge with { AreFriends = false },
        FollowAdded added => edge with { Follows = edge.Follows.Add(added.UserId) },
        FollowRemoved removed => edge with { Follows = edge.Follows.Remove(removed.UserId) },
        UserBlocked blocked => edge with
        {
            AreFriends = false,
            Request = null,
            Follows = [],
            Blocks = edge.Blocks.Add(blocked.BlockerId),
        },
        UserUnblocked unblocked => edge with { Blocks = edge.Blocks.Remove(unblocked.BlockerId) },
        UserMuted muted => edge with { Mutes = edge.Mutes.Add(muted.MuterId) },
        UserUnmuted unmuted => edge with { Mutes = edge.Mutes.Remove(unmuted.MuterId) },
        SuggestionDismissed dismissed => edge with { Dismissals = edge.Dismissals.Add(dismissed.UserId) },
        _ => throw new InvalidOperationException($"An edge does not know {fact.GetType().Name}."),
    };
}
