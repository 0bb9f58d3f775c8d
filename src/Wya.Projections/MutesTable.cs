using Npgsql;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <param name="Until">Null while it has no end.</param>
public sealed record MuteRow(Guid RestrictionId, Guid UserId, DateTimeOffset? Until);

/// <summary>Who may read and not write, as safety announces it.</summary>
public sealed class MutesTable : Table<Guid, MuteRow>
{
    public override string Name => "mutes";

    public override IReadOnlyList<Column<MuteRow>> Columns { get; } =
    [
        new Column<MuteRow, Guid>("restriction_id", "uuid", row => row.RestrictionId, isKey: true),
        new Column<MuteRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<MuteRow, DateTime?>("until", "timestamptz", row => row.Until?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("restriction_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.mutes (
            restriction_id uuid primary key,
            user_id        uuid not null,
            until          timestamptz null
        );
        create index mutes_of_user on {schema}.mutes (user_id);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case RestrictionApplied { Kind: RestrictionKind.Mute } applied:
                keys.Add(applied.RestrictionId);
                break;
            case ActionReversed reversed:
                keys.Add(reversed.RestrictionId);
                break;
        }
    }

    public override MuteRow? Evolve(Guid key, MuteRow? row, RecordedEvent recorded) =>
        recorded.Data is RestrictionApplied applied ? new MuteRow(key, applied.UserId.Value, applied.Until) : null;

    public override (Guid Key, MuteRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new MuteRow(reader.GetGuid(0), reader.GetGuid(1), reader.IsDBNull(2) ? null : reader.GetFieldValue<DateTimeOffset>(2));
        return (row.RestrictionId, row);
    }
}
