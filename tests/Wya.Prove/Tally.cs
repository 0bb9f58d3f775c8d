using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Prove;

/// <summary>One thing counted. The mark names its sender and place in the sender's work, independently of the event's id.</summary>
/// <param name="Spoiled">A read model may fail on it; an inline one then rolls the append's transaction back.</param>
[EventType("prove.counted")]
public sealed record Counted(long Mark, int Amount, bool Spoiled = false);

/// <summary>The state of a stream of <see cref="Counted"/>.</summary>
public sealed record Tally(long Count, long Total)
{
    public static StreamType<Tally, Counted> Stream { get; } =
        new("tally", new Tally(0, 0), (tally, counted) => new Tally(tally.Count + 1, tally.Total + counted.Amount));

    public static EventTypeMap Types { get; } = EventTypeMap.From([typeof(Counted)]);
}

/// <summary>A mark holds sender, the sender's n-th command, and the n-th event of that command; it fits a JSON number.</summary>
internal static class Mark
{
    public const int SendersMax = 1 << 14;

    public static long Of(int sender, int command, int nth) => ((long)sender << 38) | ((long)command << 10) | (uint)nth;
}

/// <summary>
/// What a read model holds of a stream. The digest depends on every event and on their order, so that two rows are equal
/// only if the same events were folded in the same order, each once.
/// </summary>
internal sealed record TallyRow(Guid StreamId, long Events, long Total, long Version, long Digest)
{
    public static TallyRow Empty(Guid streamId) => new(streamId, 0, 0, 0, 17);

    public TallyRow With(long mark, int amount, long version) =>
        new(StreamId, Events + 1, Total + amount, version, unchecked((Digest * 6364136223846793005) + mark));
}

/// <summary>The table of <see cref="TallyRow"/>s, filled inline or by the daemon.</summary>
/// <param name="fails">On which events the fold fails, as one with a bug would.</param>
/// <param name="passesOver">Which events a fold with another bug forgets.</param>
internal sealed class TallyTable(string name, Predicate<Counted>? fails = null, Predicate<Counted>? passesOver = null) : Table<Guid, TallyRow>
{
    public override string Name => name;

    public override IReadOnlyList<Column<TallyRow>> Columns { get; } =
    [
        new Column<TallyRow, Guid>("stream_id", "uuid", row => row.StreamId, isKey: true),
        new Column<TallyRow, long>("events", "bigint", row => row.Events),
        new Column<TallyRow, long>("total", "bigint", row => row.Total),
        new Column<TallyRow, long>("version", "bigint", row => row.Version),
        new Column<TallyRow, long>("digest", "bigint", row => row.Digest),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("stream_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.{name} (
            stream_id uuid primary key, events bigint not null, total bigint not null, version bigint not null, digest bigint not null)
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override TallyRow Evolve(Guid key, TallyRow? row, RecordedEvent recorded)
    {
        var counted = (Counted)recorded.Data;
        return fails?.Invoke(counted) == true
            ? throw new SpoiledException()
            : passesOver?.Invoke(counted) == true
                ? (row ?? TallyRow.Empty(key)) with { Version = recorded.Version }
                : (row ?? TallyRow.Empty(key)).With(counted.Mark, counted.Amount, recorded.Version);
    }

    public override (Guid Key, TallyRow Row) Read(NpgsqlDataReader reader)
    {
        Guid id = reader.GetGuid(0);
        return (id, new TallyRow(id, reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
    }
}

/// <summary>A read model's fold failed, as it was told to.</summary>
public sealed class SpoiledException() : Exception("The fold was told to fail on this event.");
