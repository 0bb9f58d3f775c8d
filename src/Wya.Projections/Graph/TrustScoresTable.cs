using System.Text.Json;
using Npgsql;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <param name="Course">How the five factors run on; JSON, as in the event.</param>
/// <param name="UpdatedAt">Of the event that it is from. Nobody is shown it: it would say when somebody turned away.</param>
public sealed record TrustScoreRow(Guid UserId, string Course, DateTimeOffset UpdatedAt);

/// <summary>
/// The trust in each person of whom anything is recorded; whoever has no row is neutral. It holds a course and not a score,
/// so that time passes without an event.
/// </summary>
public sealed class TrustScoresTable : Table<Guid, TrustScoreRow>
{
    public override string Name => "trust_scores";

    public override IReadOnlyList<Column<TrustScoreRow>> Columns { get; } =
    [
        new Column<TrustScoreRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<TrustScoreRow, string>("course", "jsonb", row => row.Course, parameterType: "text"),
        new Column<TrustScoreRow, DateTime>("updated_at", "timestamptz", row => row.UpdatedAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.trust_scores (
            user_id    uuid primary key,
            course     jsonb not null,
            updated_at timestamptz not null
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

    public override TrustScoreRow? Evolve(Guid key, TrustScoreRow? row, RecordedEvent recorded) => recorded.Data is TrustUpdated updated
        ? new TrustScoreRow(key, JsonSerializer.Serialize(updated.Course, EventJson.Options), recorded.Time)
        : null;

    public override (Guid Key, TrustScoreRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new TrustScoreRow(reader.GetGuid(0), reader.GetString(1), reader.GetFieldValue<DateTimeOffset>(2));
        return (row.UserId, row);
    }

    /// <summary>The scores of some people at a time, in one round trip; each of them has one.</summary>
    public static async Task<IReadOnlyDictionary<UserId, decimal>> Scores(
        LogDatabase graph, IReadOnlyCollection<UserId> people, DateTimeOffset now, CancellationToken ct = default)
    {
        Dictionary<UserId, decimal> scores = [];
        foreach (UserId person in people)
        {
            scores[person] = TrustPoint.Neutral.Score;
        }

        await using NpgsqlCommand command = graph.DataSource.CreateCommand(
            $"select user_id, course::text from {graph.ReadSchema}.trust_scores where user_id = any($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. people.Select(person => person.Value)] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            scores[new UserId(reader.GetGuid(0))] = Score(reader.GetString(1), now);
        }

        return scores;
    }
    /// <param name="course">As a row holds it; null where there is none.</param>
    public static decimal Score(string? course, DateTimeOffset now) =>
        course is null ? TrustPoint.Neutral.Score : JsonSerializer.Deserialize<TrustCourse>(course, EventJson.Options)!.At(now).Score;
}
