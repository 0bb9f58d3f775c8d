using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Until">When it ends, or ended, by itself; null when it stays until it is lifted.</param>
/// <param name="Reason">As sealed in the event, for the person alone.</param>
public sealed record RestrictionRow(Guid UserId, string Capability, DateTimeOffset? Until, string? Reason);

/// <summary>What has been taken from each user, whatever gives it to them.</summary>
public sealed class RestrictionsTable : Table<(Guid UserId, string Capability), RestrictionRow>
{
    public override string Name => "restrictions";

    public override IReadOnlyList<Column<RestrictionRow>> Columns { get; } =
    [
        new Column<RestrictionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<RestrictionRow, string>("capability", "varchar", row => row.Capability, isKey: true),
        new Column<RestrictionRow, DateTime?>("until", "timestamptz", row => row.Until?.UtcDateTime),
        new Column<RestrictionRow, string?>("reason", "text", row => row.Reason),
    ];

    public override IReadOnlyList<Column<(Guid UserId, string Capability)>> KeyColumns { get; } =
    [
        new Column<(Guid UserId, string Capability), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid UserId, string Capability), string>("capability", "varchar", key => key.Capability, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.restrictions (
            user_id    uuid not null references {schema}.users (id) on delete cascade,
            capability varchar(100) not null,
            until      timestamptz null,
            reason     text null,
            primary key (user_id, capability)
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid UserId, string Capability)> keys)
    {
        switch (recorded.Data)
        {
            case PermissionRestricted restricted:
                keys.Add((recorded.StreamId, restricted.Capability));
                break;
            case PermissionRestored restored:
                keys.Add((recorded.StreamId, restored.Capability));
                break;
            case UserErased:
                foreach (string capability in Capability.All)
                {
                    keys.Add((recorded.StreamId, capability));
                }

                break;
        }
    }

    public override RestrictionRow? Evolve((Guid UserId, string Capability) key, RestrictionRow? row, RecordedEvent recorded) =>
        recorded.Data switch
        {
            PermissionRestricted restricted => new RestrictionRow(key.UserId, key.Capability, restricted.Until, restricted.Reason.Token),
            PermissionRestored or UserErased => null,
            _ => row,
        };

    public override ((Guid UserId, string Capability) Key, RestrictionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new RestrictionRow(
            reader.GetGuid(0),
            reader.GetString(1),
            reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2),
            reader.IsDBNull(3) ? null : reader.GetString(3));
        return ((row.UserId, row.Capability), row);
    }
}
