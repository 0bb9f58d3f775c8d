using Wya.Api.Documentation;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

/// <summary>The pointer: what a room shows now, and where it is.</summary>
/// <param name="Active">Left out while there is nothing to show.</param>
internal sealed record RoomAnswer(RoomId Id, UserId OwnerId, RoomVisibility Visibility, DateTimeOffset UpdatedAt, ActiveVersion? Active = null)
{
    /// <param name="door">Of somebody who may look.</param>
    public static RoomAnswer Of(Door door, ContentAddresses addresses)
    {
        RoomView room = door.Room!;
        return new RoomAnswer(
            room.Id,
            room.OwnerId,
            room.Visibility,
            room.UpdatedAt,
            room.Active is { } active
                ? new ActiveVersion(active.Version, addresses.Of(door, active.Version), active.Sha256, active.Bytes, active.PublishedAt)
                : null);
    }
}

/// <param name="Content">Where the object is, for who asks: an address that stays, or one that is signed for a few minutes.</param>
/// <param name="Sha256">Of the object's bytes; also its tag.</param>
internal sealed record ActiveVersion(int Version, string Content, string Sha256, int Bytes, DateTimeOffset PublishedAt);

/// <summary>The room of the examples in the API's description.</summary>
internal static class ExampleRooms
{
    public static readonly RoomId Id = new(new Guid("5d2c7f5e-70ab-8e4a-9c53-0b0f6a1d9e77"));

    public static readonly Guid Entry = new("0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e43");

    public static RoomAnswer Shown => new(
        Id,
        ExamplePeople.MaraId,
        RoomVisibility.Public,
        ExamplePeople.Then,
        new ActiveVersion(3, $"/objects/room/{Id}/3.json", PublishedVersion.Example.Sha256, 1834, ExamplePeople.Then));

    public static TakedownStatement Statement => new(
        "Version 3 of your room is no longer shown.",
        "Its poster shows the address of another person.",
        "Rule 4 of this place: nothing private of others.",
        "Write to the moderators within six months; somebody else will decide.");
}
