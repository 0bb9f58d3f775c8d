using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <param name="Status"><c>active</c>, <c>banned</c> or <c>erased</c>; a suspension closes no room.</param>
/// <param name="ErasureDueAt">They have asked to be erased, and exist for nobody meanwhile.</param>
/// <param name="Handle">As identity has sealed it; opened only to be shown.</param>
/// <param name="CreatingRestrictedUntil">Until then <c>room.create</c> is taken away; the end of time when it stays.</param>
/// <param name="HasStylingGrant">Was granted <c>room.customize.css</c>.</param>
/// <param name="StylingRestrictedUntil">Until then it is taken away again.</param>
public sealed record RoomPersonRow(
    Guid Id,
    string AgeLayer,
    string Status,
    DateTimeOffset? ErasureDueAt,
    string? Handle,
    DateTimeOffset? CreatingRestrictedUntil,
    bool HasStylingGrant,
    DateTimeOffset? StylingRestrictedUntil);

/// <summary>The people whom rooms know, as identity announces them: what looking and building depend on, and no more.</summary>
public sealed class PeopleTable : Table<Guid, RoomPersonRow>
{
    public override string Name => "people";

    public override IReadOnlyList<Column<RoomPersonRow>> Columns { get; } =
    [
        new Column<RoomPersonRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<RoomPersonRow, string>("age_layer", "text", row => row.AgeLayer),
        new Column<RoomPersonRow, string>("status", "text", row => row.Status),
        new Column<RoomPersonRow, DateTime?>("erasure_due_at", "timestamptz", row => row.ErasureDueAt?.UtcDateTime),
        new Column<RoomPersonRow, string?>("handle", "text", row => row.Handle),
        new Column<RoomPersonRow, DateTime?>("creating_restricted_until", "timestamptz", row => row.CreatingRestrictedUntil?.UtcDateTime),
        new Column<RoomPersonRow, bool>("has_styling_grant", "boolean", row => row.HasStylingGrant),
        new Column<RoomPersonRow, DateTime?>("styling_restricted_until", "timestamptz", row => row.StylingRestrictedUntil?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.people (
            id                        uuid primary key,
            age_layer                 text not null check (age_layer in ('minor', 'transitional', 'adult')),
            status                    text not null check (status in ('active', 'banned', 'erased')),
            erasure_due_at            timestamptz null,
            handle                    text null,
            creating_restricted_until timestamptz null,
            has_styling_grant         boolean not null,
            styling_restricted_until  timestamptz null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or AgeLayerChanged or UserBanned or UserUnbanned or PermissionGranted or PermissionRevoked
            or PermissionRestricted or PermissionRestored or ErasureRequested or ErasureCancelled or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override RoomPersonRow? Evolve(Guid key, RoomPersonRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new RoomPersonRow(
            key, AgeLayerText.Of(created.AgeLayer), "active", null, created.Handle.Token, null, HasStylingGrant: false, null),
        AgeLayerChanged changed => row! with { AgeLayer = AgeLayerText.Of(changed.To) },
        UserBanned => row! with { Status = "banned" },
        UserUnbanned => row! with { Status = "active" },
        PermissionGranted { Capability: Capability.RoomCustomizeCss } => row! with { HasStylingGrant = true },
        PermissionRevoked { Capability: Capability.RoomCustomizeCss } => row! with { HasStylingGrant = false },
        PermissionRestricted restricted => Restrict(row!, restricted.Capability, restricted.Until ?? DateTimeOffset.MaxValue),
        PermissionRestored restored => Restrict(row!, restored.Capability, null),
        ErasureRequested requested => row! with { ErasureDueAt = requested.DueAt },
        ErasureCancelled => row! with { ErasureDueAt = null },
        UserErased => row! with { Status = "erased", ErasureDueAt = null, Handle = null },
        _ => row,
    };

    public override (Guid Key, RoomPersonRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new RoomPersonRow(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            TimeOrNull(reader, 3),
            reader.IsDBNull(4) ? null : reader.GetString(4),
            TimeOrNull(reader, 5),
            reader.GetBoolean(6),
            TimeOrNull(reader, 7));
        return (row.Id, row);
    }

    /// <summary>The end of time is stored as <c>infinity</c>.</summary>
    internal static DateTimeOffset? TimeOrNull(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        DateTime time = reader.GetDateTime(ordinal);
        return time == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(time);
    }

    private static RoomPersonRow Restrict(RoomPersonRow row, string capability, DateTimeOffset? until) => capability switch
    {
        Capability.RoomCreate => row with { CreatingRestrictedUntil = until },
        Capability.RoomCustomizeCss => row with { StylingRestrictedUntil = until },
        _ => row,
    };
}
