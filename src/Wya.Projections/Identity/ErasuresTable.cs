using System.Globalization;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="DueAt">When it becomes final, or became.</param>
/// <param name="ErasedAt">Null during the time of grace.</param>
public sealed record ErasureRow(Guid UserId, DateTimeOffset RequestedAt, DateTimeOffset DueAt, DateTimeOffset? ErasedAt);

/// <summary>Who has asked to be erased, and who has been; no row for everybody else.</summary>
public sealed class ErasuresTable : Table<Guid, ErasureRow>
{
    public override string Name => "erasures";

    public override IReadOnlyList<Column<ErasureRow>> Columns { get; } =
    [
        new Column<ErasureRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<ErasureRow, DateTime>("requested_at", "timestamptz", row => row.RequestedAt.UtcDateTime),
        new Column<ErasureRow, DateTime>("due_at", "timestamptz", row => row.DueAt.UtcDateTime),
        new Column<ErasureRow, DateTime?>("erased_at", "timestamptz", row => row.ErasedAt?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.erasures (
            user_id      uuid primary key references {schema}.users (id) on delete cascade,
            requested_at timestamptz not null,
            due_at       timestamptz not null,
            erased_at    timestamptz null
        );
        create index wya_erasures_due on {schema}.erasures (due_at) where erased_at is null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is ErasureRequested or ErasureCancelled or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override ErasureRow? Evolve(Guid key, ErasureRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        ErasureRequested requested => new ErasureRow(key, recorded.Time, requested.DueAt, null),
        ErasureCancelled => null,
        UserErased => (row ?? new ErasureRow(key, recorded.Time, recorded.Time, null)) with { ErasedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, ErasureRow Row) Read(NpgsqlDataReader reader)
    {
        ErasureRow row = ReadRow(reader);
        return (row.UserId, row);
    }

    /// <summary>Null for somebody who has not asked.</summary>
    public static async Task<ErasureRow?> Of(LogDatabase identity, UserId user, CancellationToken ct = default) =>
        await Select(identity, "where user_id = $1", new NpgsqlParameter<Guid> { TypedValue = user.Value }, ct).ConfigureAwait(false) is [var row] ? row : null;

    /// <summary>Who is to be erased now; those first who have waited longest.</summary>
    public static async Task<IReadOnlyList<UserId>> Due(LogDatabase identity, DateTimeOffset now, int limit, CancellationToken ct = default)
    {
        IReadOnlyList<ErasureRow> due = await Select(
            identity,
            string.Create(CultureInfo.InvariantCulture, $"where erased_at is null and due_at <= $1 order by due_at limit {limit}"),
            new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime },
            ct).ConfigureAwait(false);
        return [.. due.Select(row => new UserId(row.UserId))];
    }

    /// <summary>Everybody who has been erased, in the order of their ids, some at a time.</summary>
    public static Task<IReadOnlyList<ErasureRow>> Erased(LogDatabase identity, Guid after, int limit, CancellationToken ct = default) => Select(
        identity,
        string.Create(CultureInfo.InvariantCulture, $"where erased_at is not null and user_id > $1 order by user_id limit {limit}"),
        new NpgsqlParameter<Guid> { TypedValue = after },
        ct);

    private static async Task<IReadOnlyList<ErasureRow>> Select(LogDatabase identity, string which, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"select user_id, requested_at, due_at, erased_at from {identity.ReadSchema}.erasures {which}");
        command.Parameters.Add(parameter);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<ErasureRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    private static ErasureRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetFieldValue<DateTimeOffset>(1),
        reader.GetFieldValue<DateTimeOffset>(2),
        reader.IsDBNull(3) ? null : reader.GetFieldValue<DateTimeOffset>(3));
}
