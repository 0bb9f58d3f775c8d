using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <summary>What will be published, whole: sealed in its reservation, so that a publication that was broken off goes on with the same bytes.</summary>
/// <param name="Object">The bytes of the object.</param>
public sealed record Manuscript(byte[] Object, IReadOnlyList<RoomGuestModule> GuestModules, string? Note = null, int? RestoredFrom = null);

/// <param name="CommandId">Of the publication; also the id of the event that will announce it, or give it up.</param>
/// <param name="Fingerprint">Of the request, to tell a repetition from another under the same key.</param>
public sealed record Reservation(Guid CommandId, RoomId RoomId, int Version, UserId AuthorId, string? Fingerprint, Manuscript Manuscript);

/// <summary>
/// A version number, given to one publication before it writes anything. Numbers come from a counter of the room that only
/// rises, so none is given twice; a publication that is sent again gets its own again.
/// </summary>
public static class Reservations
{
    private const string Field = "manuscript";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    internal const string PrepareSql =
        """
        create table if not exists public.room_counters (
            room_id  uuid primary key,
            owner_id uuid not null,
            last     integer not null
        );
        create index if not exists room_counters_of_owner on public.room_counters (owner_id);
        create table if not exists public.room_reservations (
            command_id  uuid primary key,
            room_id     uuid not null,
            version     integer not null,
            author_id   uuid not null,
            fingerprint text null,
            manuscript  text null,
            touched_at  timestamptz not null,
            swept_at    timestamptz null,
            unique (room_id, version)
        );
        create index if not exists room_reservations_by_age on public.room_reservations (touched_at) where swept_at is null;
        create index if not exists room_reservations_of_author on public.room_reservations (author_id);
        grant select, insert, update, delete on public.room_counters, public.room_reservations to {app};
        """;

    /// <summary>Of an earlier attempt at the same publication.</summary>
    /// <returns>Null when there is none, or its manuscript is gone.</returns>
    public static async Task<Reservation?> Find(LogDatabase rooms, Guid commandId, CancellationToken ct = default)
    {
        Reservation? found = null;
        string? token = null;
        await using (NpgsqlCommand command = rooms.DataSource.CreateCommand(
            "select room_id, version, author_id, fingerprint, manuscript from public.room_reservations where command_id = $1"))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = commandId });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false) && !reader.IsDBNull(4))
            {
                token = reader.GetString(4);
                found = new Reservation(
                    commandId, new RoomId(reader.GetGuid(0)), reader.GetInt32(1), new UserId(reader.GetGuid(2)), reader.IsDBNull(3) ? null : reader.GetString(3), null!);
            }
        }

        return found is not null && await Sealed.Open(rooms, found.RoomId, token!, ct).ConfigureAwait(false) is { } json
            ? found with { Manuscript = JsonSerializer.Deserialize<Manuscript>(json, EventJson.Options)! }
            : null;
    }

    /// <returns>The reservation, or the one that the same publication has made at the same moment; null when the room has too many under way.</returns>
    public static async Task<Reservation?> Take(
        LogDatabase rooms, Guid commandId, RoomId room, UserId author, string? fingerprint, Manuscript manuscript, DateTimeOffset now, CancellationToken ct = default)
    {
        SealedToken token = await rooms.Seals.SealAlone(
            author.Value, room.Value, commandId, Field, JsonSerializer.SerializeToUtf8Bytes(manuscript, EventJson.Options), ct).ConfigureAwait(false);

        // The counter's row is locked to the end of the statement, so two of one room come one after the other.
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            """
            with next as (
                insert into public.room_counters (room_id, owner_id, last) values ($2, $3, 1)
                on conflict (room_id) do update set last = room_counters.last + 1 returning last)
            insert into public.room_reservations (command_id, room_id, version, author_id, fingerprint, manuscript, touched_at)
            select $1, $2, next.last, $3, $4, $5, $6 from next
            where (select count(*) from public.room_reservations r where r.room_id = $2 and r.swept_at is null) < $7
            on conflict (command_id) do nothing
            returning version
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = commandId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = author.Value });
        command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = fingerprint });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = token.ToString() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = RoomPolicy.PublicationsUnderWayMax });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is int version
            ? new Reservation(commandId, room, version, author, fingerprint, manuscript)
            : await Find(rooms, commandId, ct).ConfigureAwait(false);
    }

    /// <summary>Before the object is written: from here the sweep keeps its hands off for a while.</summary>
    /// <returns>False when it has been swept.</returns>
    public static async Task<bool> Touch(LogDatabase rooms, Guid commandId, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            "update public.room_reservations set touched_at = greatest(touched_at, $2) where command_id = $1 and swept_at is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = commandId });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        return await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false) == 1;
    }

    /// <summary>
    /// Another number, because other bytes stand under this one: an object that the database knows nothing of, as after a
    /// backup was restored. Whoever does the same at the same moment gets the same one.
    /// </summary>
    public static async Task<Reservation> Renumber(LogDatabase rooms, Reservation reservation, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            """
            with next as (update public.room_counters set last = last + 1 where room_id = $2 returning last)
            update public.room_reservations set version = next.last from next where command_id = $1 and version = $3 and swept_at is null
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reservation.CommandId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reservation.RoomId.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = reservation.Version });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        return await Find(rooms, reservation.CommandId, ct).ConfigureAwait(false) ?? reservation;
    }

    /// <summary>It is announced: the log knows everything from here.</summary>
    public static async Task Close(LogDatabase rooms, Guid commandId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand("delete from public.room_reservations where command_id = $1 and swept_at is null");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = commandId });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}
