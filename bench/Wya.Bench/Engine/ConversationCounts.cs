using Npgsql;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Bench.Engine;

/// <summary>One row a conversation, as a list of conversations shows it.</summary>
internal sealed record ConversationCount(Guid Id, long Messages, Guid LastSender, string LastText, DateTimeOffset LastAt);

/// <summary>The folded read model of (e) and (f): every event changes one row.</summary>
internal sealed class ConversationCounts : Table<Guid, ConversationCount>
{
    public static ReadModel Model { get; } = new("BenchConversationCounts", 1, false, new ConversationCounts());

    public override string Name => "bench_conversation_counts";

    public override IReadOnlyList<Column<ConversationCount>> Columns { get; } =
    [
        new Column<ConversationCount, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<ConversationCount, long>("messages", "bigint", row => row.Messages),
        new Column<ConversationCount, Guid>("last_sender", "uuid", row => row.LastSender),
        new Column<ConversationCount, string>("last_text", "text", row => row.LastText),
        new Column<ConversationCount, DateTime>("last_at", "timestamptz", row => row.LastAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.bench_conversation_counts (
            id uuid primary key, messages bigint not null, last_sender uuid not null, last_text text not null, last_at timestamptz not null)
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

    public override ConversationCount? Evolve(Guid key, ConversationCount? row, RecordedEvent recorded)
    {
        var sent = (MessageSent)recorded.Data;
        return new ConversationCount(key, (row?.Messages ?? 0) + 1, sent.SenderId, sent.Text, recorded.Time);
    }

    public override (Guid Key, ConversationCount Row) Read(NpgsqlDataReader reader) =>
        (reader.GetGuid(0), new ConversationCount(reader.GetGuid(0), reader.GetInt64(1), reader.GetGuid(2), reader.GetString(3), reader.GetDateTime(4)));
}
