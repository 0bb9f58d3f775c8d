using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Reason">As sealed in the event, for the person alone; null when it was not sealed then.</param>
public sealed record SuspensionRow(Guid UserId, DateTimeOffset Until, string? Reason = null);

/// <summary>When the last suspension of a user ends, or ended; no row when there was none or it was lifted.</summary>
public sealed class SuspensionsTable : Table<Guid, SuspensionRow>
{
    public override string Name => "suspensions";

    public override IReadOnlyList<Column<SuspensionRow>> Columns { get; } =
    [
        new Column<SuspensionRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<SuspensionRow, DateTime>("until", "timestamp", row => Utc.Write(row.Until)),
        new Column<SuspensionRow, string?>("reason", "text", row => row.Reason),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.suspensions (
            user_id uuid primary key references {schema}.users (id) on delete cascade,
            until   timestamp not null,
            reason  text null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserSuspended or UserUnsuspended or UserBanned or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override SuspensionRow? Evolve(Guid key, SuspensionRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserSuspended suspended => new SuspensionRow(key, suspended.Until, suspended.Reason.Token),
        UserUnsuspended or UserBanned or UserErased => null,
        _ => row,
    };

    public override (Guid Key, SuspensionRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new SuspensionRow(reader.GetGuid(0), Utc.Read(reader, 1), reader.IsDBNull(2) ? null : reader.GetString(2));
        return (row.UserId, row);
    }

    /// <summary>Suspensions whose end has passed, a page at a time, in the order of the people's ids.</summary>
    /// <param name="after">The last person of the page before; the empty id for the first page.</param>
    public static async Task<IReadOnlyList<SuspensionRow>> Ended(
        LogDatabase identity, DateTimeOffset now, UserId after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            $"select user_id, until from {identity.ReadSchema}.suspensions where until <= $1 and user_id > $2 order by user_id limit $3");
        command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = Utc.Write(now) });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<SuspensionRow> page = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            page.Add(new SuspensionRow(reader.GetGuid(0), Utc.Read(reader, 1)));
        }

        return page;
    }
}
