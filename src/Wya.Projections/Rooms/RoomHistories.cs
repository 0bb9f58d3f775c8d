using System.Text;
using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Note">Null when there is none, or its author is erased.</param>
public sealed record VersionView(RoomVersionRow Row, string? Note);

public sealed record TakedownView(RoomTakedownRow Row, TakedownStatement? Statement);

public sealed record EntryView(GuestbookEntryRow Row, string Text);

/// <summary>What a room was, what was decided about it, and what guests left in it. Who may see it is known to who asks.</summary>
public static class RoomHistories
{
    private const string VersionColumns =
        "v.room_id, v.version, v.author_id, v.note, v.published_at, v.sha256, v.bytes, v.restored_from, v.taken_down_at, v.sequence, v.guest_modules::text";

    /// <summary>The rooms of a person, oldest first.</summary>
    public static async Task<IReadOnlyList<RoomRow>> RoomsOf(LogDatabase rooms, UserId owner, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            $"""
            select r.room_id, r.owner_id, r.active_version, r.visibility, r.updated_at from public.rooms r
            join {rooms.LogSchema}.mt_events e on e.stream_id = r.room_id and e.version = 1
            where r.owner_id = $1 order by e.seq_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = owner.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<RoomRow> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found.Add(new RoomsTable().Read(reader).Row);
        }

        return found;
    }

    /// <summary>Of a room that is there.</summary>
    /// <returns>Null when it was never published.</returns>
    public static async Task<RoomVersionRow?> Version(LogDatabase rooms, RoomId room, int version, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            $"select {VersionColumns} from public.room_versions v join public.rooms r on r.room_id = v.room_id where v.room_id = $1 and v.version = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? RoomVersionsTable.ReadRow(reader) : null;
    }

    /// <summary>Newest first.</summary>
    /// <param name="before">The sequence of the last of the page before; null for the first page.</param>
    public static async Task<IReadOnlyList<VersionView>> Versions(LogDatabase rooms, RoomId room, long? before, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            $"select {VersionColumns} from public.room_versions v where v.room_id = $1 and ($2::bigint is null or v.sequence < $2) order by v.sequence desc limit $3");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<RoomVersionRow> rows = [];
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                rows.Add(RoomVersionsTable.ReadRow(reader));
            }
        }

        string?[] notes = await Texts<string>(rooms, room, [.. rows.Select(row => row.Note)], ct).ConfigureAwait(false);
        return [.. rows.Zip(notes, (row, note) => new VersionView(row, note))];
    }

    /// <summary>Newest first.</summary>
    public static async Task<IReadOnlyList<TakedownView>> Takedowns(LogDatabase rooms, RoomId room, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            """
            select action_id, room_id, version, moderator_id, taken_down_at, statement, reinstated_at
            from public.room_takedowns where room_id = $1 order by taken_down_at desc, action_id limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<RoomTakedownRow> rows = [];
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                rows.Add(RoomTakedownsTable.ReadRow(reader));
            }
        }

        TakedownStatement?[] statements = await Texts<TakedownStatement>(rooms, room, [.. rows.Select(row => row.Statement)], ct).ConfigureAwait(false);
        return [.. rows.Zip(statements, (row, statement) => new TakedownView(row, statement))];
    }

    /// <summary>What is in a guestbook for one who looks, newest first: nothing of people whom they do not meet, and of nobody who is gone.</summary>
    /// <param name="reader">Null for anybody who passes by: they see what adults wrote.</param>
    /// <param name="before">The sequence of the last of the page before; null for the first page.</param>
    public static async Task<IReadOnlyList<EntryView>> Entries(
        LogDatabase rooms, UserId? reader, RoomId room, string module, long? before, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            """
            select g.room_id, g.entry_id, g.module_id, g.guest_id, g.sequence, g.written_at, g.text
            from public.guestbook_entries g join public.people p on p.id = g.guest_id left join public.people s on s.id = $1
            where g.room_id = $2 and g.module_id = $3 and g.text is not null and ($4::bigint is null or g.sequence < $4)
              and (p.id = s.id or (p.age_layer = case when $1 is null then 'adult' else s.age_layer end and p.status = 'active' and p.erasure_due_at is null
                   and not exists (select from public.blocks b where (b.blocker_id, b.blocked_id) in ((s.id, p.id), (p.id, s.id)))))
            order by g.sequence desc limit $5
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = reader?.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = module });
        command.Parameters.Add(new NpgsqlParameter<long?> { TypedValue = before });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        List<GuestbookEntryRow> rows = [];
        var table = new GuestbookEntriesTable();
        await using (NpgsqlDataReader found = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            while (await found.ReadAsync(ct).ConfigureAwait(false))
            {
                rows.Add(table.Read(found).Row);
            }
        }

        string?[] texts = await Texts<string>(rooms, room, [.. rows.Select(row => row.Text)], ct).ConfigureAwait(false);
        return [.. rows.Zip(texts).Where(one => one.Second is not null).Select(one => new EntryView(one.First, one.Second!))];
    }

    /// <summary>Also of one that was removed.</summary>
    public static async Task<GuestbookEntryRow?> Entry(LogDatabase rooms, RoomId room, Guid entry, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            "select room_id, entry_id, module_id, guest_id, sequence, written_at, text from public.guestbook_entries where room_id = $1 and entry_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = entry });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? new GuestbookEntriesTable().Read(reader).Row : null;
    }

    /// <summary>How often each choice was made, by everybody together, and what the reader chose.</summary>
    /// <param name="reader">Null for anybody who passes by.</param>
    public static async Task<(IReadOnlyDictionary<int, long> Votes, int? Own)> Votes(
        LogDatabase rooms, UserId? reader, RoomId room, string module, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = rooms.DataSource.CreateCommand(
            "select choice, count(*), coalesce(bool_or(guest_id = $1), false) from public.poll_votes where room_id = $2 and module_id = $3 group by choice");
        command.Parameters.Add(new NpgsqlParameter<Guid?> { TypedValue = reader?.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = module });
        await using NpgsqlDataReader found = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<int, long> votes = [];
        int? own = null;
        while (await found.ReadAsync(ct).ConfigureAwait(false))
        {
            votes[found.GetInt32(0)] = found.GetInt64(1);
            own = found.GetBoolean(2) ? found.GetInt32(0) : own;
        }

        return (votes, own);
    }

    /// <summary>In the order of the tokens, with one round trip for all keys; null for none, and for what is erased.</summary>
    private static async Task<T?[]> Texts<T>(LogDatabase rooms, RoomId room, string?[] tokens, CancellationToken ct)
        where T : class
    {
        int[] some = [.. Enumerable.Range(0, tokens.Length).Where(i => tokens[i] is not null)];
        OpenedToken[] opened = some.Length == 0
            ? []
            : await rooms.Seals.OpenAll(
                [.. some.Select(i => (SealedToken.TryParse(tokens[i], out SealedToken? token) ? token : throw new TamperedValueException(), room.Value))], ct).ConfigureAwait(false);
        var texts = new T?[tokens.Length];
        for (int i = 0; i < some.Length; i++)
        {
            texts[some[i]] = opened[i].Failure is { } failure ? throw failure
                : opened[i].Json is { } json ? JsonSerializer.Deserialize<T>(Encoding.UTF8.GetString(json), EventJson.Options) : null;
        }

        return texts;
    }
}
