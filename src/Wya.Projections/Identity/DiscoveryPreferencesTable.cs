using System.Text.Json;
using Npgsql;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

public sealed record DiscoveryPreferencesRow(Guid UserId, string Order, int ProximityPercent, string FindableBy, bool FriendsOnly, string? Furthest);

/// <summary>How people want to find others and to be found. Nothing here says whom anybody ever found.</summary>
public sealed class DiscoveryPreferencesTable : Table<Guid, DiscoveryPreferencesRow>
{
    public override string Name => "discovery_preferences";

    public override IReadOnlyList<Column<DiscoveryPreferencesRow>> Columns { get; } =
    [
        new Column<DiscoveryPreferencesRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<DiscoveryPreferencesRow, string>("shown_order", "text", row => row.Order),
        new Column<DiscoveryPreferencesRow, int>("proximity_percent", "integer", row => row.ProximityPercent),
        new Column<DiscoveryPreferencesRow, string>("findable_by", "text", row => row.FindableBy),
        new Column<DiscoveryPreferencesRow, bool>("friends_only", "boolean", row => row.FriendsOnly),
        new Column<DiscoveryPreferencesRow, string?>("furthest", "text", row => row.Furthest),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.discovery_preferences (
            user_id           uuid primary key,
            shown_order       text not null check (shown_order in ('ranked', 'chronological')),
            proximity_percent integer not null check (proximity_percent between 50 and 100),
            findable_by       text not null check (findable_by in ('nobody', 'friends', 'friends_of_friends', 'everybody')),
            friends_only      boolean not null,
            furthest          text null check (furthest in ('city', 'local', 'nearby', 'immediate'))
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is DiscoveryPreferencesChanged or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override DiscoveryPreferencesRow? Evolve(Guid key, DiscoveryPreferencesRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        DiscoveryPreferencesChanged changed => new DiscoveryPreferencesRow(
            key, Text(changed.Order), changed.ProximityPercent, Text(changed.FindableBy), changed.FriendsOnly, changed.Furthest is { } tier ? Text(tier) : null),
        UserErased => null,
        _ => row,
    };

    public override (Guid Key, DiscoveryPreferencesRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new DiscoveryPreferencesRow(
            reader.GetGuid(0), reader.GetString(1), reader.GetInt32(2), reader.GetString(3), reader.GetBoolean(4), reader.IsDBNull(5) ? null : reader.GetString(5));
        return (row.UserId, row);
    }

    /// <summary>From five columns that begin at an ordinal; of who has chosen nothing they are null.</summary>
    internal static DiscoveryPreferences Preferences(NpgsqlDataReader reader, int at) => reader.IsDBNull(at)
        ? DiscoveryPreferences.Default
        : new DiscoveryPreferences(
            Read<DiscoveryOrder>(reader.GetString(at)),
            reader.GetInt32(at + 1),
            Read<FindableBy>(reader.GetString(at + 2)),
            reader.GetBoolean(at + 3),
            reader.IsDBNull(at + 4) ? null : Read<LocationTier>(reader.GetString(at + 4)));

    private static string Text<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    private static T Read<T>(string text)
        where T : struct, Enum => Enum.GetValues<T>().Single(value => Text(value) == text);
}
