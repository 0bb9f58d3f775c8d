using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Status"><c>active</c>, <c>suspended</c>, <c>banned</c> or <c>erased</c>; a suspension may have ended since.</param>
/// <param name="Handle">As identity has sealed it; opened only to be shown.</param>
/// <param name="HasGroupGrant">Was granted <c>chat.group</c>.</param>
/// <param name="PrivateRestrictedUntil">Until then <c>chat.private</c> is taken away; the end of time when it stays.</param>
/// <param name="GroupRestrictedUntil">Likewise <c>chat.group</c>.</param>
public sealed record PersonRow(
    Guid Id,
    string AgeLayer,
    string Status,
    DateTimeOffset? SuspendedUntil,
    DateTimeOffset? ErasureDueAt,
    string? Handle,
    bool HasGroupGrant,
    DateTimeOffset? PrivateRestrictedUntil,
    DateTimeOffset? GroupRestrictedUntil);

/// <summary>
/// The people whom messaging knows, as identity announces them: what talking depends on, and no more. So talking goes on
/// when identity does not answer.
/// </summary>
public sealed class PeopleTable : Table<Guid, PersonRow>
{
    public override string Name => "users";

    public override IReadOnlyList<Column<PersonRow>> Columns { get; } =
    [
        new Column<PersonRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<PersonRow, string>("age_layer", "text", row => row.AgeLayer),
        new Column<PersonRow, string>("status", "text", row => row.Status),
        new Column<PersonRow, DateTime?>("suspended_until", "timestamptz", row => row.SuspendedUntil?.UtcDateTime),
        new Column<PersonRow, DateTime?>("erasure_due_at", "timestamptz", row => row.ErasureDueAt?.UtcDateTime),
        new Column<PersonRow, string?>("handle", "text", row => row.Handle),
        new Column<PersonRow, bool>("has_group_grant", "boolean", row => row.HasGroupGrant),
        new Column<PersonRow, DateTime?>("private_restricted_until", "timestamptz", row => row.PrivateRestrictedUntil?.UtcDateTime),
        new Column<PersonRow, DateTime?>("group_restricted_until", "timestamptz", row => row.GroupRestrictedUntil?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.users (
            id                       uuid primary key,
            age_layer                text not null check (age_layer in ('minor', 'transitional', 'adult')),
            status                   text not null check (status in ('active', 'suspended', 'banned', 'erased')),
            suspended_until          timestamptz null,
            erasure_due_at           timestamptz null,
            handle                   text null,
            has_group_grant          boolean not null,
            private_restricted_until timestamptz null,
            group_restricted_until   timestamptz null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or AgeLayerChanged or UserSuspended or UserUnsuspended or UserBanned or UserUnbanned
            or PermissionGranted or PermissionRevoked or PermissionRestricted or PermissionRestored
            or ErasureRequested or ErasureCancelled or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override PersonRow? Evolve(Guid key, PersonRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new PersonRow(
            key, AgeLayerText.Of(created.AgeLayer), "active", null, null, created.Handle.Token, HasGroupGrant: false, null, null),
        AgeLayerChanged changed => row! with { AgeLayer = AgeLayerText.Of(changed.To) },
        UserSuspended suspended => row! with { Status = "suspended", SuspendedUntil = suspended.Until },
        UserBanned => row! with { Status = "banned", SuspendedUntil = null },
        UserUnsuspended or UserUnbanned => row! with { Status = "active", SuspendedUntil = null },
        PermissionGranted { Capability: Capability.ChatGroup } => row! with { HasGroupGrant = true },
        PermissionRevoked { Capability: Capability.ChatGroup } => row! with { HasGroupGrant = false },
        PermissionRestricted restricted => Restrict(row!, restricted.Capability, restricted.Until ?? DateTimeOffset.MaxValue),
        PermissionRestored restored => Restrict(row!, restored.Capability, null),
        ErasureRequested requested => row! with { ErasureDueAt = requested.DueAt },
        ErasureCancelled => row! with { ErasureDueAt = null },
        UserErased => row! with { Status = "erased", SuspendedUntil = null, ErasureDueAt = null, Handle = null },
        _ => row,
    };

    public override (Guid Key, PersonRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new PersonRow(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.GetString(2),
            TimeOrNull(reader, 3),
            TimeOrNull(reader, 4),
            reader.IsDBNull(5) ? null : reader.GetString(5),
            reader.GetBoolean(6),
            TimeOrNull(reader, 7),
            TimeOrNull(reader, 8));
        return (row.Id, row);
    }

    /// <summary>The end of time is stored as <c>infinity</c>.</summary>
    private static DateTimeOffset? TimeOrNull(NpgsqlDataReader reader, int ordinal)
    {
        if (reader.IsDBNull(ordinal))
        {
            return null;
        }

        DateTime time = reader.GetDateTime(ordinal);
        return time == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(time);
    }

    private static PersonRow Restrict(PersonRow row, string capability, DateTimeOffset? until) => capability switch
    {
        Capability.ChatPrivate => row with { PrivateRestrictedUntil = until },
        Capability.ChatGroup => row with { GroupRestrictedUntil = until },
        _ => row,
    };
}
