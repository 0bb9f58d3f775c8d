using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="DismissedAt">Null while it is shown.</param>
public sealed record OverlayRow(Guid InterventionId, Guid UserId, string Kind, DateTimeOffset ShownAt, DateTimeOffset? DismissedAt = null);

/// <summary>The kind words that each person was shown. What they say is in the catalogue, and nobody else sees the rows.</summary>
public sealed class OverlaysTable : Table<Guid, OverlayRow>
{
    public override string Name => "overlays";

    public override IReadOnlyList<Column<OverlayRow>> Columns { get; } =
    [
        new Column<OverlayRow, Guid>("intervention_id", "uuid", row => row.InterventionId, isKey: true),
        new Column<OverlayRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<OverlayRow, string>("kind", "text", row => row.Kind),
        new Column<OverlayRow, DateTime>("shown_at", "timestamptz", row => row.ShownAt.UtcDateTime),
        new Column<OverlayRow, DateTime?>("dismissed_at", "timestamptz", row => row.DismissedAt?.UtcDateTime),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("intervention_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.overlays (
            intervention_id uuid primary key,
            user_id         uuid not null,
            kind            text not null check (kind in ({EnumText.Listed<InterventionKind>()})),
            shown_at        timestamptz not null,
            dismissed_at    timestamptz null
        );
        create index overlays_open on {schema}.overlays (user_id, shown_at) where dismissed_at is null;
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        switch (recorded.Data)
        {
            case SoftIntervention shown:
                keys.Add(shown.InterventionId);
                break;
            case InterventionDismissed dismissed:
                keys.Add(dismissed.InterventionId);
                break;
        }
    }

    public override OverlayRow? Evolve(Guid key, OverlayRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        SoftIntervention shown => new OverlayRow(key, shown.UserId.Value, EnumText.Of(shown.Kind), recorded.Time),
        InterventionDismissed => row is null ? null : row with { DismissedAt = recorded.Time },
        _ => row,
    };

    public override (Guid Key, OverlayRow Row) Read(NpgsqlDataReader reader)
    {
        OverlayRow row = ReadRow(reader);
        return (row.InterventionId, row);
    }

    /// <summary>Those that they have not dismissed, oldest first: at most one a kind.</summary>
    public static async Task<IReadOnlyList<OverlayRow>> Open(LogDatabase safety, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select intervention_id, user_id, kind, shown_at, dismissed_at from {safety.ReadSchema}.overlays
            where user_id = $1 and dismissed_at is null order by shown_at, intervention_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<OverlayRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    /// <summary>Whether it was ever shown to this person.</summary>
    public static async Task<bool> WasShown(LogDatabase safety, UserId user, Guid intervention, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select exists (select from {safety.ReadSchema}.overlays where intervention_id = $1 and user_id = $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = intervention });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    private static OverlayRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetFieldValue<DateTimeOffset>(3),
        reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4));
}
