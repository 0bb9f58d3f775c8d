using Wya.Api.Http;
using Wya.Api.Rooms;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Reports;

/// <summary>A room's version in text: what it shows, and to whom its links lead, module by module.</summary>
internal sealed class RoomSnapshots(RoomDoor doors, RoomsLog rooms, StoredVersions versions)
{
    public async Task<(Snapshot? Snapshot, Problem? Problem)> Version(HttpContext http, RoomId room, int? asked, DateTimeOffset now)
    {
        (Door door, Problem? problem) = await doors.Enter(http, room).ConfigureAwait(false);
        if (problem is not null)
        {
            return (null, problem);
        }

        // A block hides rooms, and nobody from a report.
        if (door.Room is not { } view || !(door.Doorway with { AreApart = false }).MayLook(view.Visibility))
        {
            return (null, Problem.Of(RoomRefusals.RoomNotFound));
        }

        RoomVersionRow? version = (asked ?? view.Active?.Version) is { } number
            ? await RoomHistories.Version(rooms.Database, room, number, http.RequestAborted).ConfigureAwait(false)
            : null;
        if (version is not { TakenDownAt: null })
        {
            return (null, Problem.Of(RoomRefusals.VersionNotFound));
        }

        byte[] content = await versions.Read(version, http.RequestAborted).ConfigureAwait(false);
        return (
            new Snapshot(
                view.OwnerId,
                $"room:{room}:{version.Version}",
                new Evidence(
                    ReportSubjectKind.Room,
                    now,
                    [.. RoomText.Of(content).Select(text => new EvidenceItem(Snapshots.Reported, text, version.PublishedAt, IsReported: true))],
                    new EvidenceSubject(RoomId: room.Value, Version: version.Version))),
            null);
    }
}
