using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <param name="Others">Whoever creates it is of it too, and not named here.</param>
/// <param name="Title">1 to 100 characters, on one line.</param>
public sealed record CreateGroup(IReadOnlyList<UserId> Others, string? Title = null)
{
    /// <param name="others">What stands between the creator and each of <see cref="Others"/>, in their order.</param>
    public static Decision<ConversationEvent> Decide(
        Conversation conversation, CreateGroup command, Chatter creator, IReadOnlyList<Relation> others, DateTimeOffset now)
    {
        if (conversation.IsThere)
        {
            return Decision<ConversationEvent>.Nothing;
        }

        if (creator.IsMuted(now))
        {
            return MessagingRefusals.Muted;
        }

        if (!creator.MayChatInGroups(now))
        {
            return MessagingRefusals.CapabilityMissing(Capability.ChatGroup);
        }

        if (command.Others.Contains(creator.Id))
        {
            return MessagingRefusals.OneselfNotOther;
        }

        if (!command.IsWellFormed())
        {
            return MessagingRefusals.GroupInvalid;
        }

        if (!others.All(other => other.CanBeApproachedBy(creator)))
        {
            return MessagingRefusals.PersonNotFound;
        }

        if (MessagingPolicy.For(creator.AgeLayer).OnlyFriendsWrite && !others.All(other => other.AreFriends))
        {
            return MessagingRefusals.FriendsOnly;
        }

        return new ConversationCreated(
            ConversationKind.Group,
            creator.AgeLayer,
            creator.Id,
            [creator.Id, .. command.Others],
            IsRequest: false,
            command.Title is { } title ? new Sensitive<string>(creator.Id.Value, title) : null);
    }

    /// <summary>Says nothing about anybody; before anybody is looked up.</summary>
    public bool IsWellFormed() =>
        Others.Count is >= 1 and < MessagingPolicy.ParticipantsMax && Others.Distinct().Count() == Others.Count && (Title is null || IsTitle(Title));

    private static bool IsTitle(string title) =>
        title.Length <= 2 * MessagingPolicy.TitleCharactersMax
        && title.EnumerateRunes().Count() <= MessagingPolicy.TitleCharactersMax
        && !string.IsNullOrWhiteSpace(title)
        && !title.Any(char.IsControl);
}
