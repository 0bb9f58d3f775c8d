using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.EventStore.Tests.Daemon;

/// <summary>A small read model for the daemon's tests: one row an account.</summary>
public sealed record Balance(Guid Id, string? Name, int Amount, int Events, string Trail);

/// <summary>What a build that has been fixed does differently: the poison is a property of the code, not of the table.</summary>
public sealed class Poison
{
    /// <summary>A deposit of this amount fails in the fold.</summary>
    public const int InFold = 666;

    /// <summary>A deposit of this amount violates the table's check.</summary>
    public const int InTable = 667;

    public bool IsFixed { get; set; }

    /// <summary>The fix helps what the table refuses, too.</summary>
    public bool IsFixedInTable { get; set; } = true;

    /// <summary>Called before each fold, so that a test can stop a leader in the middle of a page.</summary>
    public Action<RecordedEvent> BeforeFold { get; set; } = _ => { };
}

public sealed class BalancesTable(Poison poison) : Table<Guid, Balance>
{
    public override string Name => "balances";

    public override IReadOnlyList<Column<Balance>> Columns { get; } =
    [
        new Column<Balance, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<Balance, string?>("name", "text", row => row.Name),
        new Column<Balance, int>("amount", "integer", row => row.Amount),
        new Column<Balance, int>("events", "integer", row => row.Events),
        new Column<Balance, string>("trail", "text", row => row.Trail),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.balances (
            id uuid primary key, name text null, amount integer not null, events integer not null, trail text not null,
            check (trail not like '%;667;%'))
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override Balance? Evolve(Guid key, Balance? row, RecordedEvent recorded)
    {
        poison.BeforeFold(recorded);
        return Fold(key, row, recorded, poison.IsFixed && (poison.IsFixedInTable || recorded.Data is not Deposited { Amount: Poison.InTable }));
    }

    public static Balance Fold(Guid key, Balance? row, RecordedEvent recorded, bool isFixed)
    {
        row ??= new Balance(key, null, 0, 0, ";");
        row = row with { Events = row.Events + 1 };
        return recorded.Data switch
        {
            LedgerOpened opened => row with { Name = opened.Name },
            Deposited { Amount: Poison.InFold } when !isFixed => throw new InvalidOperationException("secret"),
            Deposited { Amount: Poison.InTable } when isFixed => row with { Trail = row.Trail + "fixed;" },
            Deposited deposited => row with { Amount = row.Amount + deposited.Amount, Trail = Trail(row, deposited.Amount) },
            Withdrawn withdrawn => row with { Amount = row.Amount - withdrawn.Amount, Trail = Trail(row, -withdrawn.Amount) },
            _ => row,
        };
    }

    public override (Guid Key, Balance Row) Read(NpgsqlDataReader reader)
    {
        var row = new Balance(reader.GetGuid(0), reader.IsDBNull(1) ? null : reader.GetString(1), reader.GetInt32(2), reader.GetInt32(3), reader.GetString(4));
        return (row.Id, row);
    }

    // The order in which a stream's events were applied, as far back as fits.
    private static string Trail(Balance row, int amount)
    {
        string trail = $"{row.Trail}{amount};";
        return trail.Length <= 200 ? trail : trail[^200..];
    }
}

/// <summary>The second table of the model: it must take an event with the first one or not at all.</summary>
public sealed class TotalsTable : Table<string, Total>
{
    public override string Name => "totals";

    public override IReadOnlyList<Column<Total>> Columns { get; } =
        [new Column<Total, string>("kind", "text", row => row.Kind, isKey: true), new Column<Total, long>("events", "bigint", row => row.Events)];

    public override IReadOnlyList<Column<string>> KeyColumns { get; } = [new Column<string, string>("kind", "text", kind => kind, isKey: true)];

    public override string CreateSql(string schema) => $"create table {schema}.totals (kind text primary key, events bigint not null)";

    public override void Keys(RecordedEvent recorded, ICollection<string> keys) => keys.Add(recorded.Type);

    public override Total? Evolve(string key, Total? row, RecordedEvent recorded) => new(key, (row?.Events ?? 0) + 1);

    public override (string Key, Total Row) Read(NpgsqlDataReader reader) => (reader.GetString(0), new Total(reader.GetString(0), reader.GetInt64(1)));
}

public sealed record Total(string Kind, long Events);
