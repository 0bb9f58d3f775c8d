using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

public sealed record PresenceSettingsRow(Guid UserId, string PrivacyLevel, bool IsInvisible, bool? LocationIsOn);

/// <summary>Somebody with their choice, for who must heed it.</summary>
/// <param name="LocationIsOn">Null while they have never said.</param>
public sealed record PresenceSettings(UserId User, AgeLayer AgeLayer, PrivacyLevel PrivacyLevel, bool IsInvisible, bool? LocationIsOn);

/// <summary>How people let themselves be seen while they are there. Nothing here says that, when or where they ever were.</summary>
public sealed class PresenceSettingsTable : Table<Guid, PresenceSettingsRow>
{
    public override string Name => "presence_settings";

    public override IReadOnlyList<Column<PresenceSettingsRow>> Columns { get; } =
    [
        new Column<PresenceSettingsRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<PresenceSettingsRow, string>("privacy_level", "text", row => row.PrivacyLevel),
        new Column<PresenceSettingsRow, bool>("is_invisible", "boolean", row => row.IsInvisible),
        new Column<PresenceSettingsRow, bool?>("location_is_on", "boolean", row => row.LocationIsOn),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.presence_settings (
            user_id        uuid primary key,
            privacy_level  text not null check (privacy_level in ('hidden', 'general', 'precise')),
            is_invisible   boolean not null,
            location_is_on boolean null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is PresenceSettingsChanged or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override PresenceSettingsRow? Evolve(Guid key, PresenceSettingsRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        PresenceSettingsChanged changed => new PresenceSettingsRow(key, Text(changed.PrivacyLevel), changed.IsInvisible, changed.LocationIsOn),
        UserErased => null,
        _ => row,
    };

    public override (Guid Key, PresenceSettingsRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new PresenceSettingsRow(reader.GetGuid(0), reader.GetString(1), reader.GetBoolean(2), reader.IsDBNull(3) ? null : reader.GetBoolean(3));
        return (row.UserId, row);
    }

    /// <summary>Of those of the asked who are registered and not erased; who has chosen nothing has the general level.</summary>
    public static async Task<IReadOnlyDictionary<Guid, PresenceSettings>> Of(LogDatabase identity, IReadOnlyList<Guid> users, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"""
            select u.id, u.age_layer::text, coalesce(s.privacy_level, 'general'), coalesce(s.is_invisible, false), s.location_is_on
            from {identity.ReadSchema}.users u
            left join {identity.ReadSchema}.presence_settings s on s.user_id = u.id
            where u.id = any($1) and not exists (select from {identity.ReadSchema}.erasures e where e.user_id = u.id and e.erased_at is not null)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. users] });
        Dictionary<Guid, PresenceSettings> found = [];
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            var user = new UserId(reader.GetGuid(0));
            found[user.Value] = new PresenceSettings(
                user,
                Enum.Parse<AgeLayer>(reader.GetString(1), ignoreCase: true),
                Enum.Parse<PrivacyLevel>(reader.GetString(2), ignoreCase: true),
                reader.GetBoolean(3),
                reader.IsDBNull(4) ? null : reader.GetBoolean(4));
        }

        return found;
    }

    private static string Text(PrivacyLevel level) => level switch
    {
        PrivacyLevel.Hidden => "hidden",
        PrivacyLevel.General => "general",
        PrivacyLevel.Precise => "precise",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };
}
