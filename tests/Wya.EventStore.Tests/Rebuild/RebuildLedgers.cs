using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.EventStore.Tests.Rebuild;

public sealed record LedgerOwner(Guid Id, string Name, DateTimeOffset OpenedAt);

public sealed record LedgerSum(Guid Id, long Balance, long Count, long LastPosition);

/// <summary>Who opened each ledger. A test may make one amount poisonous, or stop the fold at a position.</summary>
public sealed class LedgerOwners : Table<Guid, LedgerOwner>
{
    public override string Name => "ledger_owners";

    public override IReadOnlyList<Column<LedgerOwner>> Columns { get; } =
    [
        new Column<LedgerOwner, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<LedgerOwner, string>("name", "text", row => row.Name),
        new Column<LedgerOwner, DateTime>("opened_at", "timestamptz", row => row.OpenedAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.ledger_owners (
            id uuid constraint ledger_owners_key primary key, name text not null, opened_at timestamptz not null);
        create unique index ledger_owners_name on {schema}.ledger_owners (name)
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is LedgerOpened)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override LedgerOwner? Evolve(Guid key, LedgerOwner? row, RecordedEvent recorded) =>
        new(key, ((LedgerOpened)recorded.Data).Name, recorded.Time);

    public override (Guid Key, LedgerOwner Row) Read(NpgsqlDataReader reader) =>
        (reader.GetGuid(0), new LedgerOwner(reader.GetGuid(0), reader.GetString(1), reader.GetDateTime(2)));
}

/// <summary>What is in each ledger; refers to its owner.</summary>
public sealed class LedgerSums(LedgerFold fold) : Table<Guid, LedgerSum>
{
    public override string Name => "ledger_sums";

    public override IReadOnlyList<Column<LedgerSum>> Columns { get; } =
    [
        new Column<LedgerSum, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<LedgerSum, long>("balance", "bigint", row => row.Balance),
        new Column<LedgerSum, long>("count", "bigint", row => row.Count),
        new Column<LedgerSum, long>("last_position", "bigint", row => row.LastPosition),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.ledger_sums (
            id uuid constraint ledger_sums_key primary key constraint ledger_sums_owner references {schema}.ledger_owners (id),
            balance bigint not null constraint ledger_sums_limit check (balance < 1000000), count bigint not null, last_position bigint not null);
        create index ledger_sums_balance on {schema}.ledger_sums (balance)
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override LedgerSum? Evolve(Guid key, LedgerSum? row, RecordedEvent recorded)
    {
        fold.Seen?.Invoke(recorded);
        row ??= new LedgerSum(key, 0, 0, 0);
        long amount = recorded.Data switch
        {
            Deposited deposited when deposited.Amount == fold.PoisonAmount => throw new NotSupportedException("poison"),
            Deposited deposited => deposited.Amount * fold.Factor,
            Withdrawn withdrawn => -withdrawn.Amount,
            _ => 0,
        };
        return row with { Balance = row.Balance + amount, Count = row.Count + 1, LastPosition = recorded.Position };
    }

    public override (Guid Key, LedgerSum Row) Read(NpgsqlDataReader reader) =>
        (reader.GetGuid(0), new LedgerSum(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3)));
}

public sealed record LedgerCount(Guid Id, long Count);

/// <summary>How many events each ledger has.</summary>
public sealed class LedgerCounts : Table<Guid, LedgerCount>
{
    public override string Name => "ledger_counts";

    public override IReadOnlyList<Column<LedgerCount>> Columns { get; } =
        [new Column<LedgerCount, Guid>("id", "uuid", row => row.Id, isKey: true), new Column<LedgerCount, long>("count", "bigint", row => row.Count)];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key)];

    public override string CreateSql(string schema) => $"create table {schema}.ledger_counts (id uuid primary key, count bigint not null)";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override LedgerCount Evolve(Guid key, LedgerCount? row, RecordedEvent recorded) => new(key, (row?.Count ?? 0) + 1);

    public override (Guid Key, LedgerCount Row) Read(NpgsqlDataReader reader) => (reader.GetGuid(0), new LedgerCount(reader.GetGuid(0), reader.GetInt64(1)));
}

/// <summary>The "code" of the fold, so that a test can have an older and a newer one, or change it under a running daemon.</summary>
public sealed class LedgerFold
{
    public int Factor { get; set; } = 1;

    public int? PoisonAmount { get; init; }

    public Action<RecordedEvent>? Seen { get; init; }

    public ReadModel Inline => new("RebuildLedgers", 1, true, new LedgerOwners(), new LedgerSums(this));

    public ReadModel Asynchronous => new("RebuildLedgers", 1, false, new LedgerOwners(), new LedgerSums(this));
}
