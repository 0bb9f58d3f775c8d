namespace Wya.Domain.Messaging.Events;

/// <summary>
/// A conversation; also the id of its stream in messaging's log. That of a direct one is made from the pair by a keyed digest,
/// so that each pair has one, and nobody without the key can tell whose it is.
/// </summary>
public readonly record struct ConversationId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
