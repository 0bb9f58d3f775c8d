namespace Wya.Domain.Presence.Events;

/// <summary>How closely somebody wants to be placed. Stored in events: names never change.</summary>
public enum PrivacyLevel
{
    /// <summary>Nowhere.</summary>
    Hidden,

    /// <summary>About five kilometres; what everybody begins with.</summary>
    General,

    /// <summary>As closely as the layer allows; only on somebody's own word.</summary>
    Precise,
}
