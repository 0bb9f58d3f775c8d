using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <summary>
/// What messaging holds on people. Their words stand in the log of each conversation, among the words of others, sealed under
/// their own key: what an erasure takes is theirs alone, and the conversation stays whole for the others.
/// </summary>
/// <param name="partition">Which of messaging's logs it is: what each of them keeps of other domains is exported from the first alone.</param>
public sealed class MessagingPersonalData(int partition = 0) : IPersonalData
{
    private const string Ids = "kept: it names people by their ids and says nothing that they said";

    /// <summary>By the log's index of senders, whose condition this repeats.</summary>
    private const string Sent = "(e.data ->> 'sender_id')::uuid = $1 and e.type in ('message.sent', 'message.edited', 'message.deleted', 'message.reacted', 'message.reaction_removed')";

    /// <summary>Of a row <c>t</c>: its conversation is held by this log, and not by another that it has moved to.</summary>
    private const string Here = "{log}.wya_shows(t.conversation_id)";

    private const string OfMessageHere = "{log}.wya_shows((select m.conversation_id from public.messages m where m.message_id = t.message_id))";

    private const string OfOwnMessages = $"message_id in (select e.id from {{log}}.mt_events e where {Sent})";

    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } =
    [
        new("users", "id", "the handle is removed", "handle is not null", "id", ["handle"]),
        new("conversations", "created_by", "a title that they gave becomes unreadable; the rest is kept", "false", "created_at", ["position", "last_message_id", "last_sequence", "active_at"])
        {
            Where = "created_by = $1 and id in (select p.conversation_id from public.participants p where p.user_id = $1)",
            Shown = "{log}.wya_shows(t.id)",
        },
        new("participants", "user_id", Ids, "false", "joined_at", []) { Shown = Here },
        new("messages", "sender_id", "kept as erased: what it says is unreadable for ever", "false", "sent_at", ["content_position"]) { Where = OfOwnMessages, Shown = Here },
        new("edits", "message_id", "kept: that something was edited, and when", "false", "edited_at", ["position"]) { Where = OfOwnMessages, Shown = OfMessageHere },
        new("mentions", "user_id", Ids, "false", "conversation_id, sequence", []) { Shown = Here },
        new("reactions", "user_id", "kept: which emoji was given to which message", "false", "message_id, emoji", [])
        {
            Where = $"user_id = $1 and message_id in (select (e.data ->> 'message_id')::uuid from {{log}}.mt_events e where {Sent} and e.type = 'message.reacted')",
            Shown = OfMessageHere,
        },
        new("message_search", "author_id", "removed", "true", "position", ["words", "position"]) { Where = OfOwnMessages, Shown = Here },
        new("friends", "low_id", Ids, "false", "low_id, high_id", []) { Where = "$1 in (low_id, high_id)" },
        new("blocks", "blocker_id", Ids, "false", "blocked_id", []),
        new("mutes", "user_id", Ids, "false", "restriction_id", []),
        new("message_takedowns", "message_id", "kept: that something was taken down, and when", "false", "taken_down_at", []) { Where = OfOwnMessages, Shown = OfMessageHere },
        SafetyActions.Personal,
    ];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) =>
    [
        new ExportSection("events", Events(domain, person)),
        .. Tables.Where(table => partition == 0 || table.Shown is not null).Select(table => table.Name == "conversations"
            ? new ExportSection(table.Name, Conversations(domain, person))
            : PersonalRows.Section(domain, table, person)),
    ];

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        (long events, long sealedValues) = await Log(domain.Database, person, ct).ConfigureAwait(false);
        bool canRead = await CanRead(domain, person, ct).ConfigureAwait(false);
        List<StoreFinding> found =
        [
            new("messages and what was done to them, in events", events, 0, "kept, so that the log can be replayed; what they say is sealed"),
            new("contents of messages in events", sealedValues, canRead ? sealedValues : 0, "kept, and unreadable for ever: their key is destroyed"),
        ];
        foreach (PersonalTable table in Tables)
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    /// <summary>
    /// Everything that they said is noise with their key. What is waited for: that nobody lets them write any more, and then
    /// that the index has taken their last words, because its rows are removed once and not again.
    /// </summary>
    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        Consumer people = domain.Consumers.Single(consumer => consumer.Name == Partitions.In(partition, MessagingDomain.People));
        if (await Positions.Of(people, ct).ConfigureAwait(false) < position)
        {
            return new StillHeld($"{people.Name} has not come so far", IsShown: true);
        }

        if (await DeadLetters.IsParked(people, person.Value, ct).ConfigureAwait(false))
        {
            return new StillHeld($"{people.Name} has set a stream aside: see its dead letters", IsShown: true);
        }

        Consumer search = domain.Consumers.Single(consumer => consumer.Name == Partitions.In(partition, MessagingDomain.Search));
        if (await Positions.Of(search, ct).ConfigureAwait(false) < await LastSaid(domain.Database, person, ct).ConfigureAwait(false))
        {
            return new StillHeld($"{search.Name} has not come so far", IsShown: false);
        }

        await PersonalRows.Delete(domain, Tables.Single(table => table.Name == "message_search"), person, ct).ConfigureAwait(false);
        await PersonalRows.Delete(domain, SafetyActions.Personal, person, ct).ConfigureAwait(false);
        return null;
    }

    /// <summary>Nothing here stood in the clear: handles, titles and contents are sealed, and words are keyed digests.</summary>
    public Task CleanUp(HeldBy domain, CancellationToken ct = default) => Task.CompletedTask;

    /// <summary>What they wrote, changed, deleted and reacted with, in the order of the log: nothing that others wrote.</summary>
    private static async IAsyncEnumerable<JsonNode> Events(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"""
            select e.id, e.stream_id, e.version, e.type, e.timestamp, e.data::text from {domain.Database.LogSchema}.mt_events e
            where {Sent} and e.headers -> 'copied_from' is null order by e.seq_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.CommandTimeout = 600;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            Guid conversation = reader.GetGuid(1);
            JsonNode data = JsonNode.Parse(reader.GetString(5))!;
            await SealedJson.Open(domain.Database, conversation, data, person.Value, ct).ConfigureAwait(false);
            yield return new JsonObject
            {
                ["id"] = reader.GetGuid(0).ToString(),
                ["conversation_id"] = conversation.ToString(),
                ["sequence"] = reader.GetInt64(2),
                ["type"] = domain.Database.Types.Stored(reader.GetString(3)).Type.Name,
                ["time"] = Time(new DateTimeOffset(reader.GetDateTime(4))),
                ["data"] = data,
            };
        }
    }

    /// <summary>Those that they created, with the title that they gave.</summary>
    private static async IAsyncEnumerable<JsonNode> Conversations(HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"""
            select (to_jsonb(t) - array['position', 'last_message_id', 'last_sequence', 'active_at'])::text, t.id from public.conversations t
            where t.created_by = $1 and t.id in (select p.conversation_id from public.participants p where p.user_id = $1)
              and {domain.Database.LogSchema}.wya_shows(t.id)
            order by t.created_at, t.id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            JsonNode row = JsonNode.Parse(reader.GetString(0))!;
            await SealedJson.Open(domain.Database, reader.GetGuid(1), row, person.Value, ct).ConfigureAwait(false);
            yield return row;
        }
    }

    private static async Task<long> LastSaid(LogDatabase messaging, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"select coalesce(max(e.seq_id + 0), 0) from {messaging.LogSchema}.mt_events e where {Sent}"); // + 0: not backwards through the log
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        return (long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static async Task<(long Events, long SealedValues)> Log(LogDatabase messaging, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"select count(*), count(*) filter (where e.data ? 'content') from {messaging.LogSchema}.mt_events e where {Sent}");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Tried, not looked up: whatever the keys say, something that they said opens or it does not.</summary>
    private static async Task<bool> CanRead(HeldBy domain, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"select e.data ->> 'content', e.stream_id from {domain.Database.LogSchema}.mt_events e where {Sent} and e.data ? 'content' limit 1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        (string Token, Guid Conversation)? one = null;
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
        {
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                one = (reader.GetString(0), reader.GetGuid(1));
            }
        }

        return one is { } said && (await MessagePages.Open(domain.Database, [said], ct).ConfigureAwait(false))[0] is not null;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
