using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

public sealed record PermissionRow(Guid UserId, string Capability, DateTimeOffset GrantedAt);

/// <summary>What has been granted to each user beyond what their age layer gives.</summary>
public sealed class PermissionsTable : Table<(Guid UserId, string Capability), PermissionRow>
{
    public override string Name => "permissions";

    public override IReadOnlyList<Column<PermissionRow>> Columns { get; } =
    [
        new Column<PermissionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<PermissionRow, string>("capability", "varchar", row => row.Capability, isKey: true),
        new Column<PermissionRow, DateTime>("granted_at", "timestamp", row => Utc.Write(row.GrantedAt)),
    ];

    public override IReadOnlyList<Column<(Guid UserId, string Capability)>> KeyColumns { get; } =
    [
        new Column<(Guid UserId, string Capability), Guid>("user_id", "uuid", key => key.UserId, isKey: true),
        new Column<(Guid UserId, string Capability), string>("capability", "varchar", key => key.Capability, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.permissions (
            user_id    uuid not null references {schema}.users (id) on delete cascade,
            capability varchar(100) not null,
            granted_at timestamp not null default now(),
            primary key (user_id, capability)
        );
        create index idx_permissions_user on {schema}.permissions (user_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid UserId, string Capability)> keys)
    {
        switch (recorded.Data)
        {
            case PermissionGranted granted:
                keys.Add((recorded.StreamId, granted.Capability));
                break;
            case PermissionRevoked revoked:
                keys.Add((recorded.StreamId, revoked.Capability));
                break;
            case UserErased:
                foreach (string capability in Capability.All)
                {
                    keys.Add((recorded.StreamId, capability));
                }

                break;
        }
    }

    public override PermissionRow? Evolve((Guid UserId, string Capability) key, PermissionRow? row, RecordedEvent recorded) =>
        recorded.Data switch
        {
            PermissionGranted => new PermissionRow(key.UserId, key.Capability, recorded.Time),
            PermissionRevoked or UserErased => null,
            _ => row,
        };

    public override ((Guid UserId, string Capability) Key, PermissionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new PermissionRow(reader.GetGuid(0), reader.GetString(1), Utc.Read(reader, 2));
        return ((row.UserId, row.Capability), row);
    }
}
