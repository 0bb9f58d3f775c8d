using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Projections.Discovery;

/// <summary>A room that has something to show, as its log has it.</summary>
public sealed record KnownRoom(Guid Id, Guid OwnerId, RoomVisibility Visibility, bool IsShown, DateTimeOffset PublishedAt);

/// <summary>
/// Rooms as their log tells of them, from its beginning, in the memory of this process: who has them, who may look, and when
/// they were last published. It proposes rooms; who may look is asked of the rooms' own rows.
/// </summary>
public sealed class KnownRooms
{
    /// <summary>Of those published last, how many are remembered in their order.</summary>
    public const int RecentMax = 1_000;

    private readonly Lock gate = new();
    private readonly Dictionary<Guid, KnownRoom> rooms = [];
    private readonly LinkedList<Guid> recent = [];

    public KnownRoom? Of(Guid id)
    {
        lock (gate)
        {
            return rooms.TryGetValue(id, out KnownRoom? room) && room.IsShown ? room : null;
        }
    }

    /// <summary>Public rooms, the one published last first.</summary>
    public IReadOnlyList<KnownRoom> Recent(int max)
    {
        lock (gate)
        {
            return [.. recent.Select(id => rooms.GetValueOrDefault(id)).OfType<KnownRoom>().Where(room => room is { IsShown: true, Visibility: RoomVisibility.Public }).Take(max)];
        }
    }

    /// <summary>In the order of the log.</summary>
    public void Take(IEnumerable<RecordedEvent> page)
    {
        lock (gate)
        {
            foreach (RecordedEvent recorded in page)
            {
                Take(recorded);
            }
        }
    }

    private void Take(RecordedEvent recorded)
    {
        Guid id = recorded.StreamId;
        if (recorded.Data is RoomCreated created)
        {
            rooms[id] = new KnownRoom(id, created.OwnerId.Value, created.Visibility, IsShown: false, recorded.Time);
        }
        else if (rooms.TryGetValue(id, out KnownRoom? room))
        {
            switch (recorded.Data)
            {
                case RoomVersionPublished:
                    rooms[id] = room with { IsShown = true, PublishedAt = recorded.Time };
                    recent.Remove(id);
                    recent.AddFirst(id);
                    break;
                case RoomRolledBack back:
                    rooms[id] = room with { IsShown = back.Version > 0 };
                    break;
                case RoomVersionTakenDown down:
                    rooms[id] = room with { IsShown = down.ActiveVersion > 0 };
                    break;
                case RoomVersionReinstated reinstated:
                    rooms[id] = room with { IsShown = reinstated.ActiveVersion > 0 };
                    break;
                case RoomVisibilityChanged changed:
                    rooms[id] = room with { Visibility = changed.Visibility };
                    break;
                case RoomDeleted:
                    rooms.Remove(id);
                    recent.Remove(id);
                    break;
            }
        }

        if (recent.Count > RecentMax)
        {
            recent.RemoveLast();
        }
    }
}
