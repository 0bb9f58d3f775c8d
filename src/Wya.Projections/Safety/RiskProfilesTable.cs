using System.Text.Json;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Signals">JSON: one a kind, see <see cref="KnownSignal"/>.</param>
public sealed record RiskProfileRow(Guid UserId, string RiskLevel, string Signals, DateTimeOffset UpdatedAt);

/// <summary>What is known of the signals of one kind.</summary>
/// <param name="Detail">Of the last one, as sealed in its event.</param>
/// <param name="Source">Of the last one: where it was noticed.</param>
public sealed record KnownSignal(SignalKind Kind, int Count, DateTimeOffset LastAt, string Source, string? Detail = null);

/// <summary>The level of each person of whom anything was noticed, as the specification has it.</summary>
public sealed class RiskProfilesTable : Table<Guid, RiskProfileRow>
{
    public override string Name => "risk_profiles";

    public override IReadOnlyList<Column<RiskProfileRow>> Columns { get; } =
    [
        new Column<RiskProfileRow, Guid>("user_id", "uuid", row => row.UserId, isKey: true),
        new Column<RiskProfileRow, string>("risk_level", "varchar", row => row.RiskLevel),
        new Column<RiskProfileRow, string>("signals", "jsonb", row => row.Signals, parameterType: "text"),
        new Column<RiskProfileRow, DateTime>("updated_at", "timestamp", row => Utc.Write(row.UpdatedAt)),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.risk_profiles (
            user_id    uuid primary key references {schema}.users (id) on delete cascade,
            risk_level varchar(20) not null check (risk_level in ('monitor', 'guide', 'intervene', 'protect')),
            signals    jsonb not null default '[]',
            updated_at timestamp not null default now()
        );
        create index idx_risk_profiles_level on {schema}.risk_profiles (risk_level);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is RiskAssessed or SignalRecorded && CasesTable.UserOf(recorded.Data) is { } user)
        {
            keys.Add(user.Value);
        }
    }

    public override RiskProfileRow? Evolve(Guid key, RiskProfileRow? row, RecordedEvent recorded)
    {
        RiskProfileRow profile = (row ?? new RiskProfileRow(key, EnumText.Of(RiskLevel.Monitor), "[]", recorded.Time)) with { UpdatedAt = recorded.Time };
        return recorded.Data switch
        {
            RiskAssessed assessed => profile with { RiskLevel = EnumText.Of(assessed.To) },
            SignalRecorded signal => profile with { Signals = With(profile.Signals, signal) },
            _ => profile,
        };
    }

    public override (Guid Key, RiskProfileRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new RiskProfileRow(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Utc.Read(reader, 3));
        return (row.UserId, row);
    }

    public static IReadOnlyList<KnownSignal> Known(string signals) => JsonSerializer.Deserialize<KnownSignal[]>(signals, EventJson.Options)!;

    public static async Task<RiskProfileRow?> Of(LogDatabase safety, Guid user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select user_id, risk_level, signals::text, updated_at from {safety.ReadSchema}.risk_profiles where user_id = $1");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? new RiskProfileRow(reader.GetGuid(0), reader.GetString(1), reader.GetString(2), Utc.Read(reader, 3))
            : null;
    }

    /// <summary>Those above the lowest level, in the order of their ids.</summary>
    public static async Task<IReadOnlyList<UserId>> Raised(LogDatabase safety, UserId after, int limit, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"select user_id from {safety.ReadSchema}.risk_profiles where risk_level in ('guide', 'intervene', 'protect') and user_id > $1 order by user_id limit $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = after.Value });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<UserId> people = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            people.Add(new UserId(reader.GetGuid(0)));
        }

        return people;
    }

    private static string With(string signals, SignalRecorded signal)
    {
        IReadOnlyList<KnownSignal> known = Known(signals);
        int count = known.FirstOrDefault(one => one.Kind == signal.Kind)?.Count ?? 0;
        KnownSignal[] all =
        [
            .. known.Where(one => one.Kind != signal.Kind),
            new KnownSignal(signal.Kind, count + 1, signal.At, signal.Source, signal.Detail?.Token),
        ];
        return JsonSerializer.Serialize(all.OrderBy(one => one.Kind), EventJson.Options);
    }
}
