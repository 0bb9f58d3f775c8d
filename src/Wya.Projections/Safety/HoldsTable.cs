using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="ProposedBy">The moderator's pseudonym.</param>
/// <param name="Ground">Sealed under the safety key of the person concerned.</param>
/// <param name="PlacedAt">Null until another moderator has agreed.</param>
/// <param name="EndedAt">Null while nobody has ended it; it ends by itself at <paramref name="Until"/>.</param>
public sealed record HoldRow(
    Guid HoldId, Guid CaseId, Guid UserId, string Class, Guid ProposedBy, string Ground, DateTimeOffset ProposedAt, DateTimeOffset Until,
    DateTimeOffset? PlacedAt = null, DateTimeOffset? EndedAt = null)
{
    public bool StandsAt(DateTimeOffset now) => PlacedAt is not null && EndedAt is null && now < Until;
}

/// <summary>Legal holds: what safety holds of whom outlives their erasure, until when.</summary>
public sealed class HoldsTable : Table<Guid, HoldRow>
{
    private const string Selected = "hold_id, case_id, user_id, class, proposed_by, ground, proposed_at, until, placed_at, ended_at";

    public override string Name => "holds";

    public override IReadOnlyList<Column<HoldRow>> Columns { get; } =
    [
        new Column<HoldRow, Guid>("hold_id", "uuid", row => row.HoldId, isKey: true),
        new Column<HoldRow, Guid>("case_id", "uuid", row => row.CaseId),
        new Column<HoldRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<HoldRow, string>("class", "text", row => row.Class),
        new Column<HoldRow, Guid>("proposed_by", "uuid", row => row.ProposedBy),
        new Column<HoldRow, string>("ground", "text", row => row.Ground),
        new Column<HoldRow, DateTime>("proposed_at", "timestamptz", row => row.ProposedAt.UtcDateTime),
        new Column<HoldRow, DateTime>("until", "timestamptz", row => row.Until.UtcDateTime),
        new Column<HoldRow, DateTime?>("placed_at", "timestamptz", row => row.PlacedAt?.UtcDateTime),
        new Column<HoldRow, DateTime?>("ended_at", "timestamptz", row => row.EndedAt?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("hold_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.holds (
            hold_id     uuid primary key,
            case_id     uuid not null,
            user_id     uuid not null,
            class       text not null check (class in ({EnumText.Listed<HoldClass>()})),
            proposed_by uuid not null,
            ground      text not null,
            proposed_at timestamptz not null,
            until       timestamptz not null,
            placed_at   timestamptz null,
            ended_at    timestamptz null
        );
        create index holds_of_user on {schema}.holds (user_id);
        create index holds_of_case on {schema}.holds (case_id, proposed_at);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is HoldProposed { HoldId: var proposed })
        {
            keys.Add(proposed);
        }
        else if (recorded.Data is HoldPlaced { HoldId: var placed })
        {
            keys.Add(placed);
        }
        else if (recorded.Data is HoldEnded { HoldId: var ended })
        {
            keys.Add(ended);
        }
    }

    public override HoldRow? Evolve(Guid key, HoldRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        HoldProposed hold => new HoldRow(
            key, recorded.StreamId, hold.UserId.Value, EnumText.Of(hold.Class), hold.By, hold.Ground.Token!, recorded.Time, hold.Until),
        HoldPlaced placed => row! with { PlacedAt = recorded.Time, Until = placed.Until },
        HoldEnded => row! with { EndedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, HoldRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new HoldRow(
            reader.GetGuid(0),
            reader.GetGuid(1),
            reader.GetGuid(2),
            reader.GetString(3),
            reader.GetGuid(4),
            reader.GetString(5),
            reader.GetFieldValue<DateTimeOffset>(6),
            reader.GetFieldValue<DateTimeOffset>(7),
            reader.IsDBNull(8) ? null : reader.GetFieldValue<DateTimeOffset>(8),
            reader.IsDBNull(9) ? null : reader.GetFieldValue<DateTimeOffset>(9));
        return (row.HoldId, row);
    }

    /// <summary>All of a case, oldest first.</summary>
    public static Task<IReadOnlyList<HoldRow>> OfCase(LogDatabase safety, CaseId record, CancellationToken ct = default) =>
        Rows(safety, "case_id = $1", new NpgsqlParameter<Guid> { TypedValue = record.Value }, ct);

    /// <summary>Of these people, whatever became of them.</summary>
    public static Task<IReadOnlyList<HoldRow>> Of(LogDatabase safety, IEnumerable<UserId> people, CancellationToken ct = default) =>
        Rows(safety, "user_id = any($1)", new NpgsqlParameter<Guid[]> { TypedValue = [.. people.Select(person => person.Value)] }, ct);

    /// <summary>Whose time has come, and of which nobody has recorded that.</summary>
    public static Task<IReadOnlyList<HoldRow>> Expired(LogDatabase safety, DateTimeOffset now, CancellationToken ct = default) =>
        Rows(safety, "until <= $1 and ended_at is null", new NpgsqlParameter<DateTime> { TypedValue = now.UtcDateTime }, ct);

    /// <summary>Whom a hold was ever placed on: not many, and never all.</summary>
    public static async Task<IReadOnlyList<UserId>> EverHeld(LogDatabase safety, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select distinct user_id from {safety.ReadSchema}.holds where placed_at is not null");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<UserId> people = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            people.Add(new UserId(reader.GetGuid(0)));
        }

        return people;
    }

    private static async Task<IReadOnlyList<HoldRow>> Rows(LogDatabase safety, string where, NpgsqlParameter argument, CancellationToken ct)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select {Selected} from {safety.ReadSchema}.holds where {where} order by proposed_at, hold_id");
        command.Parameters.Add(argument);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        var table = new HoldsTable();
        List<HoldRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(table.Read(reader).Row);
        }

        return rows;
    }
}
