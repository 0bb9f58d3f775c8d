using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Graph;

/// <summary>Every reason for which the graph turns a command down. Codes are published and never change their meaning.</summary>
public static class GraphRefusals
{
    /// <summary>Also for a person of another layer, one who is banned, and one between whom and the caller there is a block, all alike.</summary>
    public static Refusal UserNotFound { get; } = new("user-not-found", "There is no such user.", RefusalKind.NotFound);

    public static Refusal NotWithOneself { get; } = new(
        "not-with-oneself", "This is between you and somebody else.", RefusalKind.Invalid);

    public static Refusal NoFriendRequest { get; } = new(
        "no-friend-request", "They have not asked to be your friend.", RefusalKind.Conflict);

    /// <summary>Of either of the two: it is not said of which.</summary>
    public static Refusal FriendsFull { get; } = Full("friends-full", "One of you has {0} friends, and nobody has more.", GraphPolicy.FriendsMax);

    public static Refusal FollowingFull { get; } = Full("following-full", "You follow {0} people, and nobody follows more.", GraphPolicy.FollowingMax);

    public static Refusal BlocksFull { get; } = Full("blocks-full", "You have blocked {0} people, and nobody blocks more.", GraphPolicy.BlocksMax);

    public static Refusal MutesFull { get; } = Full("mutes-full", "You have muted {0} people, and nobody mutes more.", GraphPolicy.MutesMax);

    public static Refusal RequestsFull { get; } = Full(
        "friend-requests-full", "{0} requests of yours are waiting for an answer; take some back first.", GraphPolicy.RequestsMax);

    public static Refusal Muted { get; } = new(
        "muted", "You are muted for now: you can read, and not write.", RefusalKind.Forbidden);

    public static Refusal ImportInvalid { get; } = new(
        "import-invalid",
        string.Create(CultureInfo.InvariantCulture, $"An import names 1 to {GraphPolicy.ImportMax} people, each by a handle or an id."),
        RefusalKind.Invalid);

    public static IReadOnlyList<Refusal> All { get; } =
        [UserNotFound, NotWithOneself, NoFriendRequest, FriendsFull, FollowingFull, BlocksFull, MutesFull, RequestsFull, Muted, ImportInvalid];

    private static Refusal Full(string code, string reason, int max) =>
        new(code, string.Format(CultureInfo.InvariantCulture, reason, max), RefusalKind.Conflict);
}
