using Wya.Domain.Identity.Events;

namespace Wya.Domain.Messaging;

/// <summary>What an age layer means for talking. Protective by default.</summary>
/// <param name="OnlyFriendsWrite">Nobody writes to, or is written to by, somebody who is no friend.</param>
/// <param name="ChatsInGroups">Without a grant.</param>
public sealed record MessagingPolicy(bool OnlyFriendsWrite, bool ChatsInGroups)
{
    /// <summary>Of one group, with whoever created it.</summary>
    public const int ParticipantsMax = 256;

    /// <summary>Unicode characters, not bytes.</summary>
    public const int TextCharactersMax = 10_000;

    /// <summary>As base64.</summary>
    public const int CiphertextCharactersMax = 48 * 1024;

    public const int AttachmentsMax = 10;
    public const int ReferenceCharactersMax = 300;
    public const int AttachmentNameCharactersMax = 200;
    public const int MentionsMax = 50;
    public const int TitleCharactersMax = 100;

    /// <summary>UTF-16 code units: a family of four with skin tones takes 25.</summary>
    public const int EmojiCharactersMax = 32;

    /// <summary>Different ones, by one person to one message.</summary>
    public const int ReactionsOfOneMax = 20;

    private static readonly MessagingPolicy Minor = new(OnlyFriendsWrite: true, ChatsInGroups: false);
    private static readonly MessagingPolicy Older = new(OnlyFriendsWrite: false, ChatsInGroups: true);

    public static MessagingPolicy For(AgeLayer layer) => layer switch
    {
        AgeLayer.Minor => Minor,
        AgeLayer.Transitional or AgeLayer.Adult => Older,
        _ => throw new ArgumentOutOfRangeException(nameof(layer), layer, null),
    };
}
