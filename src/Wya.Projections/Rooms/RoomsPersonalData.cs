using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms.Objects;

namespace Wya.Projections.Rooms;

/// <summary>
/// What rooms hold on people. What they wrote in the log is sealed under their key and goes with it. What a version holds is
/// an object that others could look at, in the clear: an erasure removes it from the store.
/// </summary>
public sealed class RoomsPersonalData : IPersonalData
{
    private const string Ids = "kept: it names people by their ids and says nothing that they said";

    /// <summary>What they did in rooms, theirs and others'.</summary>
    private const string Done =
        """
        $1 in ((e.data ->> 'owner_id')::uuid, (e.data ->> 'author_id')::uuid, (e.data ->> 'guest_id')::uuid, (e.data ->> 'rolled_back_by')::uuid, (e.data ->> 'deleted_by')::uuid)
        """;

    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } =
    [
        new("users", "id", Ids, "false", "id", []),
        new("rooms", "owner_id", "removed: the rooms are deleted", "true", "updated_at, room_id", []),
        new("room_versions", "author_id", "kept: numbers, times and digests; the objects are removed, and the notes are unreadable", "false", "published_at, room_id", ["sequence"]),
        new("room_takedowns", "room_id", "kept for the record; the statement, sealed under the owner's key, is unreadable", "false", "taken_down_at", ["moderator_id"]) { Where = $"room_id in ({RoomsOf})" },
        new("guestbook_entries", "guest_id", "kept as erased: what they say is unreadable for ever, and shown to nobody", "false", "written_at, entry_id", ["sequence"]),
        new("poll_votes", "guest_id", "kept: a number among others", "false", "room_id, module_id", []),
        new("people", "id", "the handle is removed", "handle is not null", "id", ["handle"]),
        new("friends", "low_id", Ids, "false", "low_id, high_id", []) { Where = "$1 in (low_id, high_id)" },
        new("blocks", "blocker_id", Ids, "false", "blocked_id", []),
        new("mutes", "user_id", Ids, "false", "restriction_id", []),
        SafetyActions.Personal,
        new("room_drafts", "owner_id", "removed", "true", "room_id", [], IsNoReadModel: true),
        new("room_counters", "owner_id", Ids, "false", "room_id", [], IsNoReadModel: true),
        new("room_reservations", "author_id", "given up, and removed with what was written for them", "manuscript is not null", "command_id", ["fingerprint"], IsNoReadModel: true),
    ];

    /// <summary>Every room of theirs for which a number was ever given out, deleted ones too: no other has an object.</summary>
    private const string RoomsOf = "select c.room_id from public.room_counters c where c.owner_id = $1";

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) =>
    [
        new ExportSection("events", Events(domain, person)),
        new ExportSection("contents", Contents(domain, person)),
        .. Tables.Select(table => new ExportSection(table.Name, Rows(domain, table, person))),
    ];

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        long objects = await Count(domain, person, ct).ConfigureAwait(false);
        List<StoreFinding> found = [new("objects of rooms", objects, objects, "removed from the store")];
        foreach (PersonalTable table in Tables)
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>
    /// First their rooms are closed, so that nothing more is published in them; then what was under way is given up; then
    /// every object of every room that they ever had goes.
    /// </summary>
    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        foreach (Consumer consumer in domain.Consumers.Where(one => one.Name is RoomsDomain.People or RoomFollower.Name))
        {
            if (await Positions.Of(consumer, ct).ConfigureAwait(false) < position)
            {
                return new StillHeld($"{consumer.Name} has not come so far", IsShown: true);
            }

            if (await DeadLetters.IsParked(consumer, person.Value, ct).ConfigureAwait(false))
            {
                return new StillHeld($"{consumer.Name} has set a stream aside: see its dead letters", IsShown: true);
            }
        }

        await PersonalRows.Delete(domain, Tables.Single(table => table.Name == "room_drafts"), person, ct).ConfigureAwait(false);
        await PersonalRows.Delete(domain, SafetyActions.Personal, person, ct).ConfigureAwait(false);
        if (domain.Objects is not { } objects)
        {
            return null; // a house without a store has no objects
        }

        try
        {
            var sweep = new RoomSweep(domain.Database, domain.Store, objects, domain.Clock);
            foreach (Guid command in await Column<Guid>(domain, "select command_id from public.room_reservations where author_id = $1 and swept_at is null", person, ct).ConfigureAwait(false))
            {
                await sweep.GiveUp(command, ct).ConfigureAwait(false);
            }

            foreach (Guid room in await Rooms(domain, person, ct).ConfigureAwait(false))
            {
                await foreach (string key in objects.List(RoomObject.Prefix(new RoomId(room)), ct).ConfigureAwait(false))
                {
                    await objects.Delete(key, ct).ConfigureAwait(false);
                }
            }

            return await Column<Guid>(domain, "select room_id from public.rooms where owner_id = $1", person, ct).ConfigureAwait(false) is []
                ? null
                : new StillHeld("a room is still there", IsShown: true);
        }
        catch (ObjectsAwayException)
        {
            return new StillHeld("the store of objects does not answer", IsShown: false);
        }
    }

    /// <summary>Nothing of it stood in the clear in a database: drafts and notes are sealed.</summary>
    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;

    private static Task<List<Guid>> Rooms(HeldBy domain, UserId person, CancellationToken ct) =>
        Column<Guid>(domain, RoomsOf, person, ct);

    private static async Task<long> Count(HeldBy domain, UserId person, CancellationToken ct)
    {
        long count = 0;
        if (domain.Objects is { } objects)
        {
            foreach (Guid room in await Rooms(domain, person, ct).ConfigureAwait(false))
            {
                await foreach (string _ in objects.List(RoomObject.Prefix(new RoomId(room)), ct).ConfigureAwait(false))
                {
                    count++;
                }
            }
        }

        return count;
    }

    /// <summary>What their versions hold, in the order of the log.</summary>
    private static async IAsyncEnumerable<JsonNode> Contents(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        if (domain.Objects is not { } objects)
        {
            yield break;
        }

        foreach (Guid room in await Rooms(domain, person, ct).ConfigureAwait(false))
        {
            foreach (int version in await Column<int>(domain, "select version from public.room_versions where room_id = $1 order by sequence", new UserId(room), ct).ConfigureAwait(false))
            {
                if (await objects.Read(RoomObject.Key(new RoomId(room), version), ct).ConfigureAwait(false) is { } json)
                {
                    yield return new JsonObject { ["room_id"] = room.ToString(), ["version"] = version, ["content"] = JsonNode.Parse(json) };
                }
            }
        }
    }

    /// <summary>What they did in rooms, in the order of the log: nothing that others did.</summary>
    private static async IAsyncEnumerable<JsonNode> Events(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"""
            select e.id, e.stream_id, e.type, e.timestamp, e.data::text from {domain.Database.LogSchema}.mt_events e
            where {Done} order by e.seq_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.CommandTimeout = 600;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            Guid room = reader.GetGuid(1);
            JsonNode data = JsonNode.Parse(reader.GetString(4))!;
            await SealedJson.Open(domain.Database, room, data, person.Value, ct).ConfigureAwait(false);
            yield return new JsonObject
            {
                ["id"] = reader.GetGuid(0).ToString(),
                ["room_id"] = room.ToString(),
                ["type"] = domain.Database.Types.Stored(reader.GetString(2)).Type.Name,
                ["time"] = reader.GetDateTime(3).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
                ["data"] = data,
            };
        }
    }

    /// <summary>What is sealed in a row was sealed in its room's stream.</summary>
    private static async IAsyncEnumerable<JsonNode> Rows(
        HeldBy domain, PersonalTable table, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (JsonNode row in PersonalRows.Raw(domain, table, person, ct).ConfigureAwait(false))
        {
            Guid stream = row["room_id"] is { } room ? Guid.Parse(room.GetValue<string>()) : person.Value;
            await SealedJson.Open(domain.Database, stream, row, person.Value, ct).ConfigureAwait(false);
            yield return row;
        }
    }

    private static async Task<List<T>> Column<T>(HeldBy domain, string sql, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<T> ids = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            ids.Add(reader.GetFieldValue<T>(0));
        }

        return ids;
    }
}
