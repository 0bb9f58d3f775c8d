using System.Text;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Revision">Rises with each change; its tag on the wire.</param>
/// <param name="Json">Null when its owner is erased.</param>
public sealed record RoomDraft(long Revision, byte[]? Json, DateTimeOffset SavedAt);

/// <summary>
/// What an owner is working at: one a room, theirs alone, and no read model, because it is nobody's history. Sealed under
/// their key like everything that they write.
/// </summary>
public static class RoomDrafts
{
    private const string Field = "draft";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    internal const string PrepareSql =
        """
        create table if not exists public.room_drafts (
            room_id  uuid primary key,
            owner_id uuid not null,
            revision bigint not null,
            content  text not null,
            saved_at timestamptz not null
        );
        create index if not exists room_drafts_of_owner on public.room_drafts (owner_id);
        create sequence if not exists public.room_draft_revisions;
        grant select, insert, update, delete on public.room_drafts to {app};
        grant usage on sequence public.room_draft_revisions to {app};
        """;

    public static async Task<RoomDraft?> Find(LogDatabase rooms, RoomId room, CancellationToken ct = default)
    {
        (long Revision, string Token, DateTimeOffset SavedAt)? found = null;
        await using (NpgsqlCommand command = rooms.DataSource.CreateCommand("select revision, content, saved_at from public.room_drafts where room_id = $1"))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                found = (reader.GetInt64(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
            }
        }

        return found is { } row
            ? new RoomDraft(row.Revision, await Sealed.Open(rooms, room, row.Token, ct).ConfigureAwait(false), row.SavedAt)
            : null;
    }

    /// <param name="held">The revision that the writer has seen; null for none.</param>
    /// <returns>The new revision; null when there is another one than the writer has seen, or one where they saw none.</returns>
    public static async Task<long?> Save(
        LogDatabase rooms, RoomId room, UserId owner, long? held, ReadOnlyMemory<byte> json, DateTimeOffset now, CancellationToken ct = default)
    {
        SealedToken token = await rooms.Seals.SealAlone(owner.Value, room.Value, room.Value, Field, json, ct).ConfigureAwait(false);

        // The revision comes from one sequence for all drafts: one that was discarded and begun anew has no tag of before.
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(held is null
            ? """
              insert into public.room_drafts (room_id, owner_id, revision, content, saved_at)
              values ($1, $2, nextval('public.room_draft_revisions'), $3, $4) on conflict do nothing returning revision
              """
            : """
              update public.room_drafts set revision = nextval('public.room_draft_revisions'), content = $3, saved_at = $4
              where room_id = $1 and owner_id = $2 and revision = $5 returning revision
              """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = token.ToString() });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        if (held is { } revision)
        {
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = revision });
        }

        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) as long?;
    }

    public static async Task Discard(LogDatabase rooms, RoomId room, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand("delete from public.room_drafts where room_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}

/// <summary>What stands sealed in tables of rooms.</summary>
internal static class Sealed
{
    /// <returns>Null when its subject is erased.</returns>
    public static async Task<byte[]?> Open(LogDatabase rooms, RoomId room, string token, CancellationToken ct) =>
        SealedToken.TryParse(token, out SealedToken? parsed)
            ? Trimmed(await rooms.Seals.Open(parsed, room.Value, ct).ConfigureAwait(false))
            : throw new TamperedValueException();

    /// <summary>Sealing pads JSON with spaces.</summary>
    private static byte[]? Trimmed(byte[]? json) => json is null ? null : Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(json).TrimEnd(' '));
}
