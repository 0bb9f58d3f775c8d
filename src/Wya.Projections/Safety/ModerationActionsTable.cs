using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Type">What was done: <c>warn</c>, <c>mute</c>, <c>ban_proposed</c>, <c>reversal</c>.</param>
/// <param name="Reason">Its statement or its reason, as sealed in the event; empty where the event had none.</param>
/// <param name="Reversible">It can be taken back, and has effects that would be.</param>
/// <param name="CreatedBy">The moderator; null for what the person concerned or the system did.</param>
public sealed record ModerationActionRow(
    Guid ActionId, Guid UserId, string Type, string Reason, bool Reversible, DateTimeOffset CreatedAt, Guid? CreatedBy);

/// <summary>
/// Everything that was done about somebody's conduct, as the specification has it. It only ever gains rows: what is taken
/// back, declined or appealed against is a row of its own, under the id of its event.
/// </summary>
public sealed class ModerationActionsTable : Table<Guid, ModerationActionRow>
{
    /// <summary>One thing done.</summary>
    /// <param name="Id">Null where it has no id of its own.</param>
    /// <param name="Reason">As it is sealed.</param>
    public sealed record Done(Guid? Id, UserId User, string Type, string? Reason, bool Reversible);

    public override string Name => "moderation_actions";

    public override IReadOnlyList<Column<ModerationActionRow>> Columns { get; } =
    [
        new Column<ModerationActionRow, Guid>("action_id", "uuid", row => row.ActionId, isKey: true),
        new Column<ModerationActionRow, Guid>("user_id", "uuid", row => row.UserId),
        new Column<ModerationActionRow, string>("type", "varchar", row => row.Type),
        new Column<ModerationActionRow, string>("reason", "text", row => row.Reason),
        new Column<ModerationActionRow, bool>("reversible", "boolean", row => row.Reversible),
        new Column<ModerationActionRow, DateTime>("created_at", "timestamp", row => Utc.Write(row.CreatedAt)),
        new Column<ModerationActionRow, Guid?>("created_by", "uuid", row => row.CreatedBy),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("action_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.moderation_actions (
            action_id  uuid primary key,
            user_id    uuid not null references {schema}.users (id) on delete cascade,
            type       varchar(50) not null,
            reason     text not null,
            reversible boolean not null default true,
            created_at timestamp not null default now(),
            created_by uuid references {schema}.users (id)
        );
        create index idx_moderation_actions_user on {schema}.moderation_actions (user_id);
        create index idx_moderation_actions_created on {schema}.moderation_actions (created_at);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (Act(recorded) is { } act)
        {
            keys.Add(act.Id ?? recorded.Id);
        }
    }

    public override ModerationActionRow? Evolve(Guid key, ModerationActionRow? row, RecordedEvent recorded) =>
        row ?? (Act(recorded) is { } act
            ? new ModerationActionRow(key, act.User.Value, act.Type, act.Reason ?? "", act.Reversible, recorded.Time, Moderator(recorded))
            : null);

    public override (Guid Key, ModerationActionRow Row) Read(NpgsqlDataReader reader)
    {
        ModerationActionRow row = ReadRow(reader);
        return (row.ActionId, row);
    }

    /// <summary>Oldest first. With the reasons as they are sealed.</summary>
    public static async Task<IReadOnlyList<ModerationActionRow>> Of(LogDatabase safety, Guid user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select action_id, user_id, type, reason, reversible, created_at, created_by
            from {safety.ReadSchema}.moderation_actions where user_id = $1 order by created_at, action_id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<ModerationActionRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(ReadRow(reader));
        }

        return rows;
    }

    /// <summary>As it is sealed; null when there is no such action about the person.</summary>
    public static async Task<string?> ReasonOf(LogDatabase safety, Guid action, Guid user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select reason from {safety.ReadSchema}.moderation_actions where action_id = $1 and user_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = action });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        return (string?)await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The moderator decided it: of a ban, agreed to it.</summary>
    public static async Task<bool> HasDecided(LogDatabase safety, Guid action, Guid moderator, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select exists (select from {safety.ReadSchema}.moderation_actions where action_id = $1 and created_by = $2)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = action });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = moderator });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>What the event did about somebody, if anything. What is not a decision about them is none.</summary>
    internal static Done? Act(RecordedEvent recorded) => recorded.Data switch
    {
        WarningIssued warned => new(warned.ActionId, warned.UserId, "warn", warned.Statement.Token, true),
        RestrictionApplied applied => new(applied.RestrictionId, applied.UserId, EnumText.Of(applied.Kind), applied.Statement?.Token, true),
        CapabilityRestricted taken => new(taken.ActionId, taken.UserId, "restrict", taken.Statement.Token, true),
        SuspensionApplied suspended => new(suspended.ActionId, suspended.UserId, "suspend", suspended.Statement.Token, true),
        BanProposed proposed => new(proposed.ProposalId, proposed.UserId, "ban_proposed", proposed.Statement.Token, false),
        BanDeclined declined => new(null, declined.UserId, "ban_declined", declined.Reason.Token, false),
        BanApplied banned => new(banned.ActionId, banned.UserId, "ban", banned.Statement.Token, true),
        ContentTakenDown taken => new(taken.ActionId, taken.UserId, "take_down", taken.Statement.Token, true),
        ActionReversed { UserId: { } user } reversed => new(null, new UserId(user), "reversal", reversed.Reason?.Token, false),
        AppealResolved resolved => new(null, resolved.UserId, "appeal_" + EnumText.Of(resolved.Outcome), resolved.Explanation.Token, false),
        CaseCleared cleared => new(null, cleared.UserId, "clear", cleared.Reason.Token, false),
        _ => null,
    };

    /// <summary>Who decided, by the event's metadata.</summary>
    internal static Guid? Moderator(RecordedEvent recorded) => Guid.TryParse(recorded.Metadata.Actor, out Guid actor) ? actor : null;

    private static ModerationActionRow ReadRow(NpgsqlDataReader reader) => new(
        reader.GetGuid(0),
        reader.GetGuid(1),
        reader.GetString(2),
        reader.GetString(3),
        reader.GetBoolean(4),
        Utc.Read(reader, 5),
        reader.IsDBNull(6) ? null : reader.GetGuid(6));
}
