using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>What identity holds on people: their stream, the names that they have taken, and a row or more in each table.</summary>
public sealed class IdentityPersonalData : IPersonalData
{
    private const string Kept = "kept: it says when it was asked for and done, and no more";

    /// <summary>A table that is added to the domain is added here; a test compares.</summary>
    public IReadOnlyList<PersonalTable> Tables { get; } =
    [
        new("users", "id", "the handle is replaced by a placeholder", "not starts_with(handle, 'erased--')", "id", [], HoldsPlaintext: true),
        new("permissions", "user_id", "removed", "true", "capability", []),
        new("suspensions", "user_id", "removed", "true", "user_id", []),
        new("bans", "user_id", "removed", "true", "user_id", []),
        new("restrictions", "user_id", "removed", "true", "capability", []),
        new("personal_details", "user_id", "removed", "true", "user_id", []),
        new("account_history", "user_id", "what was said is removed; that it happened is kept", "detail is not null", "version", []),
        new("permission_audit", "user_id", "kept: what was done and by whom, no reasons", "false", "position", ["actor"]),
        new("presence_settings", "user_id", "removed", "true", "user_id", []),
        new("discovery_preferences", "user_id", "removed", "true", "user_id", []),
        new("erasures", "user_id", Kept, "false", "user_id", []),
        new("blocks", "blocker_id", "kept: it names people by their ids alone", "false", "blocked_id", []),
        new("earned_trust", "user_id", "removed", "true", "user_id", ["course"]),
        SafetyActions.Personal,
        new("sessions", "user_id", "removed", "true", "created_at", ["family_digest", "token_digest", "previous_digest"], true, true),
        new("credentials", "user_id", "removed", "true", "user_id", ["hash"], true, true),
        new(ErasureReceipts.Table, "user_id", Kept, "false", "user_id", ["ticket_hash", "found", "receipt"]),
    ];

    public IEnumerable<ExportSection> Export(HeldBy domain, UserId person) =>
    [
        new ExportSection("events", Events(domain, person)),
        // The graph explains a score to its owner; that there is a row at all would tell that somebody has turned away.
        .. Tables.Where(table => table.Name != "earned_trust").Select(table => PersonalRows.Section(domain, table, person)),
        new ExportSection("acts", Acts(domain, person)),
    ];

    public async Task<IReadOnlyList<StoreFinding>> Find(HeldBy domain, UserId person, CancellationToken ct = default)
    {
        List<StoreFinding> found = [];
        (long events, long sealedValues, long claims) = await Log(domain.Database, person, ct).ConfigureAwait(false);
        bool canRead = await CanRead(domain, person, ct).ConfigureAwait(false);
        found.Add(new StoreFinding("events", events, 0, "kept, so that the log can be replayed; what they say that is sensitive is sealed"));
        found.Add(new StoreFinding(
            "sealed values in events", sealedValues, canRead ? sealedValues : 0, "kept, and unreadable for ever: their key is destroyed"));
        found.Add(new StoreFinding("names taken", claims, 0, "kept as keyed digests, so that nobody else is ever given the handle"));
        foreach (PersonalTable table in Tables)
        {
            found.Add(await PersonalRows.Find(domain, table, person, ct).ConfigureAwait(false));
        }

        return found;
    }

    public async Task<StillHeld?> Forget(HeldBy domain, UserId person, long position, CancellationToken ct = default)
    {
        foreach (PersonalTable table in Tables.Where(table => table.IsNoReadModel))
        {
            await PersonalRows.Delete(domain, table, person, ct).ConfigureAwait(false);
        }

        foreach (Consumer consumer in domain.Consumers.Where(consumer => consumer.Source == domain.Database)) // what follows others hears nothing of it
        {
            if (await Positions.Of(consumer, ct).ConfigureAwait(false) < position)
            {
                return new StillHeld($"{consumer.Name} has not come so far", IsShown: true);
            }

            if (await DeadLetters.IsParked(consumer, person.Value, ct).ConfigureAwait(false))
            {
                bool isPlain = Tables.Any(table => table.HoldsPlaintext && consumer.Model!.Tables.Any(kept => kept.Name == table.Name));
                return new StillHeld($"{consumer.Name} has set a stream aside: see its dead letters", isPlain);
            }
        }

        return await RebuiltTables.StillHold(domain, position, ct).ConfigureAwait(false) is { } reason ? new StillHeld(reason, IsShown: false) : null;
    }

    public async Task CleanUp(HeldBy domain, CancellationToken ct = default)
    {
        foreach (PersonalTable table in Tables.Where(table => table.HoldsPlaintext))
        {
            await PersonalRows.Vacuum(domain, table, ct).ConfigureAwait(false);
        }
    }

    private static async IAsyncEnumerable<JsonNode> Events(
        HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (RecordedEvent recorded in domain.Store.ReadStream(person.Value, new StreamRange(IncludeArchived: true), ct).ConfigureAwait(false))
        {
            JsonNode data = JsonSerializer.SerializeToNode(recorded.Data, recorded.Data.GetType(), EventJson.Options)!;
            await SealedJson.Open(domain.Database, person.Value, data, person.Value, ct).ConfigureAwait(false);
            yield return new JsonObject
            {
                ["version"] = recorded.Version,
                ["type"] = recorded.Type,
                ["time"] = Time(recorded.Time),
                ["by"] = recorded.Metadata.Actor == person.ToString() ? "you" : recorded.Metadata.Actor == "system" ? "system" : "somebody else",
                ["data"] = data,
            };
        }
    }

    /// <summary>
    /// What the person did to other people's accounts, without saying whose. The log has no index by actor, so it is searched
    /// only for those who were ever granted something: nobody else can do anything to another account.
    /// </summary>
    private static async IAsyncEnumerable<JsonNode> Acts(
        HeldBy domain, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $$"""
            select seq_id, type, timestamp from {{domain.Database.LogSchema}}.mt_events
            where headers ->> 'actor' = $2 and stream_id <> $1
              and exists (select from {{domain.Database.LogSchema}}.mt_events g where g.stream_id = $1 and g.type = 'user.permission_granted')
            order by seq_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = person.ToString() });
        command.CommandTimeout = 600;
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            yield return new JsonObject
            {
                ["type"] = domain.Database.Types.Stored(reader.GetString(1)).Type.Name,
                ["time"] = Time(new DateTimeOffset(reader.GetDateTime(2))),
            };
        }
    }

    private static async Task<(long Events, long SealedValues, long Claims)> Log(LogDatabase identity, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $$"""
            select count(*), coalesce(sum(regexp_count(data::text, '"sealed1:' || $2 || ':[0-9a-f]{32}:[^":]+:[A-Za-z0-9_-]+"')), 0),
                   (select count(*) from {{identity.LogSchema}}.wya_claims where stream_id = $1)
            from {{identity.LogSchema}}.mt_events where stream_id = $1
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = person.Value.ToString("n") });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return (reader.GetInt64(0), reader.GetInt64(1), reader.GetInt64(2));
    }

    /// <summary>Tried, not looked up: whatever the keys say, the first event's sealed value opens or it does not.</summary>
    private static async Task<bool> CanRead(HeldBy domain, UserId person, CancellationToken ct)
    {
        await foreach (RecordedEvent recorded in domain.Store.ReadStream(person.Value, new StreamRange(Limit: 1, IncludeArchived: true), ct).ConfigureAwait(false))
        {
            return recorded.Data is UserCreated created && !created.Handle.IsErased;
        }

        return false;
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture);
}
