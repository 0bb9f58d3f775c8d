namespace Wya.Domain.Messaging.Events;

/// <summary>
/// A message, as its sender's client has named it; also the id of its event. A random uuid of version 4 or 7: what the
/// system makes up itself is of version 8, so that nobody can take the id of a command to come.
/// </summary>
public readonly record struct MessageId(Guid Value)
{
    public bool MayBeAClients() => Value.Version is 4 or 7; // no property: an id is its uuid alone, in JSON too

    public override string ToString() => Value.ToString();
}
