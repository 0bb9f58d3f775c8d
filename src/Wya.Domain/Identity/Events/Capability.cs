using System.Collections.Frozen;

namespace Wya.Domain.Identity.Events;

/// <summary>The names of what a person may be allowed to do: a closed list, stored in events and asked for by every domain.</summary>
public static class Capability
{
    public const string ChatPrivate = "chat.private";
    public const string ChatGroup = "chat.group";
    public const string RoomCreate = "room.create";
    public const string RoomCustomizeCss = "room.customize.css";
    public const string DiscoveryProfiles = "discovery.profiles";
    public const string Moderate = "moderate";
    public const string Operate = "operate";
    public const string Analyse = "analyse";

    public static FrozenSet<string> All { get; } = FrozenSet.Create(
        StringComparer.Ordinal,
        ChatPrivate, ChatGroup, RoomCreate, RoomCustomizeCss, DiscoveryProfiles, Moderate, Operate, Analyse);
}
