using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="RegisteredAt">A new account is looked at with a little more care.</param>
/// <param name="Status"><c>active</c>, <c>suspended</c>, <c>banned</c> or <c>erased</c>, as it was announced last: a suspension ends by itself besides.</param>
public sealed record SafetyPersonRow(Guid Id, string AgeLayer, string Status, DateTimeOffset RegisteredAt);

/// <summary>The people whom safety knows, as identity announces them: so that a case is opened about nobody who is not there.</summary>
public sealed class PeopleTable : Table<Guid, SafetyPersonRow>
{
    public override string Name => "people";

    public override IReadOnlyList<Column<SafetyPersonRow>> Columns { get; } =
    [
        new Column<SafetyPersonRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<SafetyPersonRow, string>("age_layer", "text", row => row.AgeLayer),
        new Column<SafetyPersonRow, string>("status", "text", row => row.Status),
        new Column<SafetyPersonRow, DateTime>("registered_at", "timestamptz", row => row.RegisteredAt.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.people (
            id            uuid primary key,
            age_layer     text not null check (age_layer in ('minor', 'transitional', 'adult')),
            status        text not null check (status in ('active', 'suspended', 'banned', 'erased')),
            registered_at timestamptz not null
        );
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or AgeLayerChanged or UserSuspended or UserUnsuspended or UserBanned or UserUnbanned or UserErased)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override SafetyPersonRow? Evolve(Guid key, SafetyPersonRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new SafetyPersonRow(key, AgeLayerText.Of(created.AgeLayer), "active", recorded.Time),
        AgeLayerChanged changed => row! with { AgeLayer = AgeLayerText.Of(changed.To) },
        UserSuspended => row! with { Status = "suspended" },
        UserUnsuspended or UserUnbanned => row! with { Status = "active" },
        UserBanned => row! with { Status = "banned" },
        UserErased => row! with { Status = "erased" },
        _ => row,
    };

    public override (Guid Key, SafetyPersonRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new SafetyPersonRow(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3));
        return (row.Id, row);
    }

    /// <summary>When they registered; null for whom safety has not heard of yet.</summary>
    public static async Task<DateTimeOffset?> RegisteredAt(LogDatabase safety, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand($"select registered_at from {safety.ReadSchema}.people where id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is DateTime time ? new DateTimeOffset(time) : null;
    }
}
