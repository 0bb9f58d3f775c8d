using System.Buffers.Text;
using System.Text;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>What a message may say, whoever sends or edits it.</summary>
public static class ContentRules
{
    /// <returns>Null when all is well.</returns>
    public static Refusal? Refuse(MessageKind kind, MessageContent content)
    {
        IReadOnlyList<Attachment> attachments = content.Attachments ?? [];
        if (kind == MessageKind.Ciphertext)
        {
            return content.Text is null && attachments.Count == 0 && IsCiphertext(content.Ciphertext)
                ? null
                : MessagingRefusals.ContentInvalid("A message of the kind ciphertext has 1 to 49152 characters of base64 as its ciphertext, and nothing else.");
        }

        if (content.Ciphertext is not null || (content.Text is null && attachments.Count == 0) || content.Text is { } text && !IsText(text))
        {
            return MessagingRefusals.ContentInvalid("A text has 1 to 10000 characters that are not all blank.");
        }

        return attachments.Count <= MessagingPolicy.AttachmentsMax && attachments.All(IsAttachment)
            ? null
            : MessagingRefusals.ContentInvalid("A message has at most 10 attachments, each with a reference of 1 to 300 characters and a media type.");
    }

    private static bool IsText(string text)
    {
        if (text.Length > 2 * MessagingPolicy.TextCharactersMax)
        {
            return false;
        }

        int characters = 0;
        bool isBlank = true;
        foreach (Rune rune in text.EnumerateRunes()) // half a pair comes as U+FFFD, which is not what was typed
        {
            characters++;
            isBlank = isBlank && Rune.IsWhiteSpace(rune);
        }

        return characters <= MessagingPolicy.TextCharactersMax && !isBlank;
    }

    private static bool IsCiphertext(string? ciphertext) =>
        ciphertext is { Length: > 0 and <= MessagingPolicy.CiphertextCharactersMax } && Base64.IsValid(ciphertext);

    private static bool IsAttachment(Attachment attachment) =>
        attachment.Reference is { Length: > 0 and <= MessagingPolicy.ReferenceCharactersMax }
        && attachment.MediaType.Length <= 100 && attachment.MediaType.Split('/') is [{ Length: > 0 }, { Length: > 0 }]
        && !attachment.Reference.Any(char.IsControl) && !attachment.MediaType.Any(char.IsControl)
        && attachment.Name is null or { Length: > 0 and <= MessagingPolicy.AttachmentNameCharactersMax }
        && attachment.Bytes is null or >= 0;
}
