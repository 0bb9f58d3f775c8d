using Wya.Api.Access;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms.Pages;

/// <summary>
/// The rooms that anybody may look at who passes by: those with an open address. Of several that a person has, the oldest.
/// Guests are not named here: they wrote for people who are signed in.
/// </summary>
internal sealed class RoomPages(PeopleByHandle people, RoomsLog rooms, StoredVersions stored) : IRoomPages
{
    private const int EntriesMax = 20;

    public async Task<RoomToShow?> Find(string handle, CancellationToken ct)
    {
        if (await people.Holder(handle, ct).ConfigureAwait(false) is not var (id, spelled))
        {
            return null;
        }

        foreach (RoomRow row in await RoomHistories.RoomsOf(rooms.Database, id, ct).ConfigureAwait(false))
        {
            Door door = await RoomDoors.OfRoom(rooms.Database, null, new RoomId(row.RoomId), ct).ConfigureAwait(false);
            if (door is { Room: { } room, Owner: { IsGone: false } person } && ContentAddresses.MayBeOpen(room, person))
            {
                return await Show(spelled, door, room, ct).ConfigureAwait(false);
            }
        }

        return null;
    }

    private async Task<RoomToShow> Show(string handle, Door door, RoomView room, CancellationToken ct)
    {
        ReadOnlyMemory<byte>? content = null;
        Dictionary<string, IReadOnlyList<GuestbookLine>> guestbooks = [];
        Dictionary<string, IReadOnlyList<int>> polls = [];
        if (room.Active is { } active)
        {
            content = await stored.Read(room.Id, active.Version, active.Sha256, ct).ConfigureAwait(false);
        }

        foreach (RoomGuestModule module in door.GuestModules)
        {
            if (module.Kind == GuestModuleKind.Guestbook)
            {
                IReadOnlyList<EntryView> found = await RoomHistories.Entries(rooms.Database, null, room.Id, module.ModuleId, null, EntriesMax, ct).ConfigureAwait(false);
                guestbooks[module.ModuleId] = [.. found.Select(one => new GuestbookLine(null, one.Text, DateOnly.FromDateTime(one.Row.WrittenAt.UtcDateTime)))];
            }
            else
            {
                (IReadOnlyDictionary<int, long> votes, _) = await RoomHistories.Votes(rooms.Database, null, room.Id, module.ModuleId, ct).ConfigureAwait(false);
                polls[module.ModuleId] = [.. Enumerable.Range(0, module.Choices).Select(choice => (int)votes.GetValueOrDefault(choice))];
            }
        }

        return new RoomToShow(handle, content, guestbooks, polls);
    }
}
