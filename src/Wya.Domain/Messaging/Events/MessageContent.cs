using Wya.EventStore;

namespace Wya.Domain.Messaging.Events;

public enum ConversationKind
{
    /// <summary>Between two, for ever; each pair has one.</summary>
    Direct,

    Group,
}

public enum MessageKind
{
    Text,

    /// <summary>Encrypted by the sender's client for the recipients' clients; passed through as it is.</summary>
    Ciphertext,
}

/// <summary>What a message says: one value, sealed whole under its author's key, and found again by the words of its text.</summary>
/// <param name="Text">1 to 10,000 characters, or null where attachments are all; never beside a ciphertext.</param>
/// <param name="Ciphertext">Base64, for a message of that kind.</param>
public sealed record MessageContent(string? Text = null, string? Ciphertext = null, IReadOnlyList<Attachment>? Attachments = null) : ISearchable
{
    public bool Equals(MessageContent? other) =>
        other is not null && Text == other.Text && Ciphertext == other.Ciphertext && (Attachments ?? []).SequenceEqual(other.Attachments ?? []);

    public override int GetHashCode() => HashCode.Combine(Text, Ciphertext, Attachments?.Count);
}

/// <summary>Something that is kept elsewhere.</summary>
/// <param name="Reference">Where, as whoever keeps it names it.</param>
/// <param name="MediaType">Such as <c>image/png</c>.</param>
/// <param name="Name">As its owner calls it.</param>
/// <param name="Bytes">Its size.</param>
public sealed record Attachment(string Reference, string MediaType, string? Name = null, long? Bytes = null);
