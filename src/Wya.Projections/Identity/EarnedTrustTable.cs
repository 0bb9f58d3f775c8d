using System.Text.Json;
using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Course">How the score runs on; JSON, as in the graph's event.</param>
public sealed record EarnedTrustRow(Guid UserId, string Course);

/// <summary>What identity keeps of the trust in people, as the graph announces it: some capabilities are earned by it.</summary>
public sealed class EarnedTrustTable : Table<Guid, EarnedTrustRow>
{
    public override string Name => "earned_trust";

    public override IReadOnlyList<Column<EarnedTrustRow>> Columns { get; } =
    [
        new Column<EarnedTrustRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<EarnedTrustRow, string>("course", "jsonb", row => row.Course, parameterType: "text"),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.earned_trust (
            user_id uuid primary key,
            course  jsonb not null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case TrustUpdated updated:
                keys.Add(updated.UserId.Value);
                break;
            case TrustErased erased:
                keys.Add(erased.UserId.Value);
                break;
        }
    }

    public override EarnedTrustRow? Evolve(Guid key, EarnedTrustRow? row, RecordedEvent recorded) =>
        recorded.Data is TrustUpdated updated ? new EarnedTrustRow(key, JsonSerializer.Serialize(updated.Course, EventJson.Options)) : null;

    public override (Guid Key, EarnedTrustRow Row) Read(NpgsqlDataReader reader) =>
        (reader.GetGuid(0), new EarnedTrustRow(reader.GetGuid(0), reader.GetString(1)));

    /// <param name="course">As in the column; null for whom nothing is known of.</param>
    public static double Score(string? course, DateTimeOffset now) =>
        (double)(course is null ? TrustCourse.Neutral : JsonSerializer.Deserialize<TrustCourse>(course, EventJson.Options)!).At(now).Score;
}
