using System.Globalization;
using Wya.Domain.Rooms.Events;

namespace Wya.Projections.Rooms.Objects;

/// <summary>The names of objects, as the specification has them: <c>room/{room_id}/{version}.json</c>.</summary>
public static class RoomObject
{
    public static string Key(RoomId room, int version) => string.Create(CultureInfo.InvariantCulture, $"room/{room.Value:d}/{version}.json");

    public static string Prefix(RoomId room) => $"room/{room.Value:d}/";
}
