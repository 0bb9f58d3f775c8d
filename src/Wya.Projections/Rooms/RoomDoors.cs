using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <summary>A room as its row has it.</summary>
/// <param name="Active">What is shown now; null when that is nothing.</param>
public sealed record RoomView(RoomId Id, UserId OwnerId, RoomVisibility Visibility, DateTimeOffset UpdatedAt, ShownVersion? Active);

/// <param name="GuestModules">JSON, as in the event.</param>
public sealed record ShownVersion(int Version, string Sha256, int Bytes, DateTimeOffset PublishedAt, string GuestModules);

/// <summary>Somebody before a room: all that decides what they may do there.</summary>
/// <param name="Self">Null when rooms know nobody of that id.</param>
/// <param name="Room">Null when there is none.</param>
/// <param name="Head">Of the log of rooms when it was read.</param>
public sealed record Door(Visitor? Self, RoomView? Room, Visitor? Owner, bool AreFriends, bool AreApart, long Head)
{
    public Doorway Doorway => new(Self!, Owner, AreFriends, AreApart);

    /// <summary>Where guests may leave something in what is shown now.</summary>
    public IReadOnlyList<RoomGuestModule> GuestModules =>
        Room?.Active is { } active ? JsonSerializer.Deserialize<IReadOnlyList<RoomGuestModule>>(active.GuestModules, EventJson.Options)! : [];

    /// <summary>The room exists for this person.</summary>
    public bool MayLook => Self is not null && Room is not null && Doorway.MayLook(Room.Visibility);
}

/// <summary>Reads doors, from rooms' own rows as they are committed when it is asked: no cache, and no other domain.</summary>
public static class RoomDoors
{
    private const int VisitorColumns = 7;

    private static string Visitor(string alias) =>
        $"{alias}.id, {alias}.age_layer, ({alias}.status <> 'active' or {alias}.erasure_due_at is not null), "
        + $"(select max(coalesce(m.until, 'infinity')) from public.mutes m where m.user_id = {alias}.id), "
        + $"{alias}.creating_restricted_until, {alias}.has_styling_grant, {alias}.styling_restricted_until";

    private static string Sql(LogDatabase rooms) =>
        $"""
        select {Visitor("s")}, {Visitor("o")},
               exists (select from public.friends f where f.low_id = least(q.self_id, o.id) and f.high_id = greatest(q.self_id, o.id)),
               exists (select from public.blocks b where (b.blocker_id, b.blocked_id) in ((q.self_id, o.id), (o.id, q.self_id))),
               (select position from {rooms.LogSchema}.wya_log_head),
               r.room_id, r.owner_id, r.visibility, r.updated_at, v.version, v.sha256, v.bytes, v.published_at, v.guest_modules::text
        from (select $1::uuid as self_id, $2::uuid as room_id, $3::uuid as owner_id) q
        left join public.people s on s.id = q.self_id
        left join public.rooms r on r.room_id = q.room_id
        left join public.people o on o.id = coalesce(r.owner_id, q.owner_id)
        left join public.room_versions v on v.room_id = r.room_id and v.version = r.active_version and v.taken_down_at is null
        """;

    /// <param name="self">Null for somebody who is not known, as at an open address.</param>
    public static Task<Door> OfRoom(LogDatabase rooms, UserId? self, RoomId room, CancellationToken ct = default) => Read(rooms, self, room, null, ct);

    /// <summary>Before a person, whichever of their rooms: <see cref="Door.Room"/> is null.</summary>
    public static Task<Door> OfPerson(LogDatabase rooms, UserId self, UserId owner, CancellationToken ct = default) => Read(rooms, self, null, owner, ct);

    /// <summary>Of the rooms that show something now, who may look.</summary>
    public static async Task<IReadOnlyDictionary<Guid, RoomVisibility>> Shown(LogDatabase rooms, IReadOnlyCollection<Guid> ids, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand("select room_id, visibility from public.rooms where room_id = any($1) and active_version > 0");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. ids] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<Guid, RoomVisibility> shown = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            shown[reader.GetGuid(0)] = VisibilityText.Read(reader.GetString(1));
        }

        return shown;
    }

    private static async Task<Door> Read(LogDatabase rooms, UserId? self, RoomId? room, UserId? owner, CancellationToken ct)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(Sql(rooms));
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = self?.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = room?.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = owner?.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        const int rest = 2 * VisitorColumns, shown = rest + 7;
        RoomView? view = reader.IsDBNull(rest + 3)
            ? null
            : new RoomView(
                new RoomId(reader.GetGuid(rest + 3)),
                new UserId(reader.GetGuid(rest + 4)),
                VisibilityText.Read(reader.GetString(rest + 5)),
                Utc.Read(reader, rest + 6),
                reader.IsDBNull(shown)
                    ? null
                    : new ShownVersion(
                        reader.GetInt32(shown), reader.GetString(shown + 1), reader.GetInt32(shown + 2), reader.GetFieldValue<DateTimeOffset>(shown + 3), reader.GetString(shown + 4)));
        return new Door(
            ReadVisitor(reader, 0), view, ReadVisitor(reader, VisitorColumns), reader.GetBoolean(rest), reader.GetBoolean(rest + 1), reader.GetInt64(rest + 2));
    }

    private static Visitor? ReadVisitor(NpgsqlDataReader reader, int first) => reader.IsDBNull(first)
        ? null
        : new Visitor(
            new UserId(reader.GetGuid(first)),
            AgeLayerText.Read(reader.GetString(first + 1)),
            reader.GetBoolean(first + 2),
            PeopleTable.TimeOrNull(reader, first + 3),
            PeopleTable.TimeOrNull(reader, first + 4),
            reader.GetBoolean(first + 5),
            PeopleTable.TimeOrNull(reader, first + 6));
}
