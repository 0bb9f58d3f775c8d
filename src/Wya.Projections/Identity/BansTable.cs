using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Reason">As sealed in the event, for the person alone.</param>
public sealed record BanRow(Guid UserId, string? Reason);

/// <summary>Who is banned and why; no row for everybody else.</summary>
public sealed class BansTable : Table<Guid, BanRow>
{
    public override string Name => "bans";

    public override IReadOnlyList<Column<BanRow>> Columns { get; } =
    [
        new Column<BanRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<BanRow, string?>("reason", "text", row => row.Reason),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.bans (
            user_id uuid primary key references {schema}.users (id) on delete cascade,
            reason  text null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserBanned or UserUnbanned or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override BanRow? Evolve(Guid key, BanRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserBanned banned => new BanRow(key, banned.Reason.Token),
        UserUnbanned or UserErased => null,
        _ => row,
    };

    public override (Guid Key, BanRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new BanRow(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1));
        return (row.UserId, row);
    }
}
