using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="WithheldUntil">Until then who is asked is not shown it; the end of time when they declined it.</param>
public sealed record FriendRequestRow(Guid RequesterId, Guid RequestedId, DateTimeOffset RequestedAt, DateTimeOffset? WithheldUntil);

/// <summary>
/// Requests that wait, as those see it who made them: a declined one stays, and its time does not change when it is made
/// again, so that nothing tells of the decline.
/// </summary>
public sealed class FriendRequestsTable : Table<(Guid RequesterId, Guid RequestedId), FriendRequestRow>
{
    public override string Name => "friend_requests";

    public override IReadOnlyList<Column<FriendRequestRow>> Columns { get; } =
    [
        new Column<FriendRequestRow, Guid>("requester_id", "uuid", row => row.RequesterId, isKey: true),
        new Column<FriendRequestRow, Guid>("requested_id", "uuid", row => row.RequestedId, isKey: true),
        new Column<FriendRequestRow, DateTime>("requested_at", "timestamptz", row => row.RequestedAt.UtcDateTime),
        new Column<FriendRequestRow, DateTime?>("withheld_until", "timestamptz", row => row.WithheldUntil?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<(Guid RequesterId, Guid RequestedId)>> KeyColumns { get; } =
    [
        new Column<(Guid RequesterId, Guid RequestedId), Guid>("requester_id", "uuid", key => key.RequesterId, isKey: true),
        new Column<(Guid RequesterId, Guid RequestedId), Guid>("requested_id", "uuid", key => key.RequestedId, isKey: true),
    ];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.friend_requests (
            requester_id   uuid not null,
            requested_id   uuid not null,
            requested_at   timestamptz not null,
            withheld_until timestamptz null,
            primary key (requester_id, requested_id)
        );
        create index friend_requests_of_requested on {schema}.friend_requests (requested_id, requested_at);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<(Guid RequesterId, Guid RequestedId)> keys)
    {
        switch (recorded.Data)
        {
            case FriendRequested requested:
                keys.Add((requested.UserId.Value, requested.FriendId.Value));
                break;
            case FriendRequestCancelled cancelled:
                keys.Add((cancelled.UserId.Value, cancelled.FriendId.Value));
                break;
            case FriendRequestDeclined declined:
                keys.Add((declined.UserId.Value, declined.FriendId.Value));
                break;
            case FriendAdded added:
                keys.Add((added.UserId.Value, added.FriendId.Value));
                keys.Add((added.FriendId.Value, added.UserId.Value));
                break;
            case UserBlocked blocked:
                keys.Add((blocked.BlockerId.Value, blocked.BlockedId.Value));
                keys.Add((blocked.BlockedId.Value, blocked.BlockerId.Value));
                break;
        }
    }

    public override FriendRequestRow? Evolve((Guid RequesterId, Guid RequestedId) key, FriendRequestRow? row, RecordedEvent recorded) =>
        recorded.Data switch
        {
            FriendRequested requested => new FriendRequestRow(
                key.RequesterId, key.RequestedId, row?.RequestedAt ?? recorded.Time, requested.WithheldUntil),
            FriendRequestDeclined => row! with { WithheldUntil = DateTimeOffset.MaxValue },
            _ => null,
        };

    public override ((Guid RequesterId, Guid RequestedId) Key, FriendRequestRow Row) Read(NpgsqlDataReader reader)
    {
        DateTime? withheld = reader.IsDBNull(3) ? null : reader.GetDateTime(3);
        var row = new FriendRequestRow(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetFieldValue<DateTimeOffset>(2),
            withheld is { } until ? until == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(until) : null);
        return ((row.RequesterId, row.RequestedId), row);
    }
}
