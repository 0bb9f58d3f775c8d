namespace Wya.Domain.Presence.Events;

public enum PresenceStatus
{
    Offline,
    Away,
    Online,
}

/// <summary>What somebody does, from the quietest to the liveliest.</summary>
public enum Activity
{
    Idle,
    Browsing,
    Chatting,
}
