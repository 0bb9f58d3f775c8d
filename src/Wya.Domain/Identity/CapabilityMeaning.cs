using System.Collections.Frozen;
using Wya.Domain.Identity.Events;

namespace Wya.Domain.Identity;

/// <summary>What each capability lets a person do, in their words.</summary>
public static class CapabilityMeaning
{
    private static readonly FrozenDictionary<string, string> Words = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [Capability.ChatPrivate] = "Talk with one other person.",
        [Capability.ChatGroup] = "Talk in conversations of more than two people.",
        [Capability.RoomCreate] = "Have a room of your own.",
        [Capability.RoomCustomizeCss] = "Style your room with CSS.",
        [Capability.DiscoveryProfiles] = "Discover people beyond friends of friends.",
        [Capability.Moderate] = "Moderate: see every account, suspend, ban and restrict.",
        [Capability.Operate] = "Operate: see every account, verify people, grant and revoke capabilities.",
        [Capability.Analyse] = "Analyse the logs, with personal data masked.",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static string Of(string capability) => Words[capability];
}
