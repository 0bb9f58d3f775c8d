using Npgsql;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>Somebody as identity has them at this moment, for who shows them to others.</summary>
/// <param name="Settings">How they let themselves be seen while they are there.</param>
/// <param name="IsBarred">Banned, suspended, or about to be erased.</param>
/// <param name="IsRestricted">Being discovered was taken from them.</param>
public sealed record FoundPerson(PresenceSettings Settings, DiscoveryPreferences Preferences, bool IsBarred, bool IsRestricted);

/// <summary>Reads what identity knows of people whom somebody may find, of many in one statement.</summary>
public static class FoundPeople
{
    /// <summary>Of those of the asked who are registered and not erased.</summary>
    public static async Task<IReadOnlyDictionary<Guid, FoundPerson>> Of(
        LogDatabase identity, IReadOnlyCollection<Guid> users, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"""
            select u.id, u.age_layer::text, coalesce(s.privacy_level, 'general'), coalesce(s.is_invisible, false), s.location_is_on,
                u.status = 'banned' or (u.status = 'suspended' and p.until > $2) or e.due_at is not null, r.user_id is not null and coalesce(r.until > $3, true),
                d.shown_order, d.proximity_percent, d.findable_by, d.friends_only, d.furthest
            from {identity.ReadSchema}.users u
            left join {identity.ReadSchema}.presence_settings s on s.user_id = u.id
            left join {identity.ReadSchema}.suspensions p on p.user_id = u.id
            left join {identity.ReadSchema}.erasures e on e.user_id = u.id
            left join {identity.ReadSchema}.restrictions r on r.user_id = u.id and r.capability = '{Capability.DiscoveryProfiles}'
            left join {identity.ReadSchema}.discovery_preferences d on d.user_id = u.id
            where u.id = any($1) and e.erased_at is null
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. users] });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = DateTime.SpecifyKind(now.UtcDateTime, DateTimeKind.Unspecified) });
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime });
        Dictionary<Guid, FoundPerson> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            var settings = new PresenceSettings(
                new UserId(reader.GetGuid(0)),
                Enum.Parse<AgeLayer>(reader.GetString(1), ignoreCase: true),
                Enum.Parse<PrivacyLevel>(reader.GetString(2), ignoreCase: true),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetBoolean(4));
            found[settings.User.Value] = new FoundPerson(
                settings, DiscoveryPreferencesTable.Preferences(reader, 7), !reader.IsDBNull(5) && reader.GetBoolean(5), reader.GetBoolean(6));
        }

        return found;
    }
}
