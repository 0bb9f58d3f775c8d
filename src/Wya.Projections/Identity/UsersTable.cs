using Npgsql;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <param name="Status"><c>active</c>, <c>suspended</c> or <c>banned</c>, as last decided; a suspension may have ended since.</param>
public sealed record UserRow(
    Guid Id, string Handle, AgeLayer AgeLayer, DateTimeOffset? VerifiedAt, DateTimeOffset CreatedAt, string Status);

/// <summary>A user as looked up; somebody erased is not found.</summary>
/// <param name="SuspendedUntil">Null unless the recorded status is suspended.</param>
/// <param name="ErasureDueAt">When the person will be erased, if they have asked for it.</param>
public sealed record UserView(
    UserId Id,
    string Handle,
    AgeLayer AgeLayer,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset CreatedAt,
    string RecordedStatus,
    DateTimeOffset? SuspendedUntil,
    DateTimeOffset? ErasureDueAt)
{
    /// <summary>The status at a time: a suspension ends by itself.</summary>
    public string StatusAt(DateTimeOffset now) =>
        RecordedStatus == UserStatus.Suspended && SuspendedUntil <= now ? UserStatus.Active : RecordedStatus;
}

public static class UserStatus
{
    public const string Active = "active";
    public const string Suspended = "suspended";
    public const string Banned = "banned";
}

/// <summary>Every user, one row each. Times are UTC, in the column type of the specification.</summary>
public sealed class UsersTable : Table<Guid, UserRow>
{
    public override string Name => "users";

    public override IReadOnlyList<Column<UserRow>> Columns { get; } =
    [
        new Column<UserRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<UserRow, string>("handle", "varchar", row => row.Handle),
        new Column<UserRow, string>("age_layer", "public.age_layer", row => AgeLayerColumn.Write(row.AgeLayer), parameterType: "text"),
        new Column<UserRow, DateTime?>("verified_at", "timestamp", row => Utc.Write(row.VerifiedAt)),
        new Column<UserRow, DateTime>("created_at", "timestamp", row => Utc.Write(row.CreatedAt)),
        new Column<UserRow, string>("status", "varchar", row => row.Status),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", id => id, isKey: true)];

    public override string CreateSql(string schema) =>
        $"""
        create table {schema}.users (
            id          uuid primary key,
            handle      varchar(50) unique not null,
            age_layer   public.age_layer not null,
            verified_at timestamp null,
            created_at  timestamp not null default now(),
            status      varchar(20) not null default 'active' check (status in ('active', 'suspended', 'banned'))
        );
        -- Statistics are a copy of values, in a table of the server's own that no erasure reaches; a unique name needs none.
        alter table {schema}.users alter column handle set statistics 0;
        create index idx_users_status on {schema}.users (status);
        create index idx_users_age_layer on {schema}.users (age_layer);
        """;

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Data is UserCreated or UserVerified or AgeLayerChanged or UserErased
            or UserSuspended or UserUnsuspended or UserBanned or UserUnbanned)
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override UserRow? Evolve(Guid key, UserRow? row, RecordedEvent recorded) => recorded.Data switch
    {
        UserCreated created => new UserRow(
            key, created.Handle.ValueOr(ErasedHandle(key)), created.AgeLayer, null, recorded.Time, UserStatus.Active),
        UserVerified => row! with { VerifiedAt = recorded.Time },
        UserSuspended => row! with { Status = UserStatus.Suspended },
        UserBanned => row! with { Status = UserStatus.Banned },
        UserUnsuspended or UserUnbanned => row! with { Status = UserStatus.Active },
        AgeLayerChanged changed => row! with { AgeLayer = changed.To },
        UserErased => row! with { Handle = ErasedHandle(key) },
        _ => row,
    };

    /// <summary>Stands in a column that must be unique and not null. No handle has two hyphens in a row.</summary>
    private static string ErasedHandle(Guid id) => $"erased--{id:n}";

    public override (Guid Key, UserRow Row) Read(NpgsqlDataReader reader)
    {
        var row = new UserRow(
            reader.GetGuid(0),
            reader.GetString(1),
            AgeLayerColumn.Read(reader.GetString(2)),
            Utc.ReadOrNull(reader, 3),
            Utc.Read(reader, 4),
            reader.GetString(5));
        return (row.Id, row);
    }

    public static Task<UserView?> ById(LogDatabase identity, UserId id, CancellationToken ct = default) =>
        First(identity, "where u.id = $1 and e.erased_at is null", new NpgsqlParameter<Guid> { TypedValue = id.Value }, ct);

    /// <summary>
    /// Who holds this handle, in whatever case or look-alike letters it is typed. The log's claims are the index of
    /// skeletons; the way of looking alike that ignores case comes first.
    /// </summary>
    public static Task<UserView?> ByHandle(LogDatabase identity, string typed, CancellationToken ct = default)
    {
        string[] claims = [.. Handle.SkeletonsOf(typed).Select(skeleton => identity.StoredClaim(Handle.Claim(skeleton)))];
        return First(
            identity,
            // At most two claims, found before anything is joined: a plan over many users would rather read them all.
            $"""
            where u.id = any(array(select stream_id from {identity.LogSchema}.wya_claims where claim = any($1) order by array_position($1, claim)))
                and e.erased_at is null
            order by (select min(array_position($1, claim)) from {identity.LogSchema}.wya_claims where claim = any($1) and stream_id = u.id) limit 1
            """,
            new NpgsqlParameter<string[]> { TypedValue = claims },
            ct);
    }

    private static async Task<UserView?> First(LogDatabase identity, string which, NpgsqlParameter parameter, CancellationToken ct)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand($"select {ViewColumns} {ViewTables(identity)} {which}");
        command.Parameters.Add(parameter);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false) ? ReadView(reader) : null;
    }

    /// <summary>What <see cref="ReadView"/> reads, from <see cref="ViewTables"/>.</summary>
    internal const string ViewColumns = "u.id, u.handle, u.age_layer::text, u.verified_at, u.created_at, u.status, s.until, e.due_at";

    internal static string ViewTables(LogDatabase identity) =>
        $"""
        from {identity.ReadSchema}.users u
        left join {identity.ReadSchema}.suspensions s on s.user_id = u.id
        left join {identity.ReadSchema}.erasures e on e.user_id = u.id
        """;

    internal static UserView ReadView(NpgsqlDataReader reader) => new(
        new UserId(reader.GetGuid(0)),
        reader.GetString(1),
        AgeLayerColumn.Read(reader.GetString(2)),
        Utc.ReadOrNull(reader, 3),
        Utc.Read(reader, 4),
        reader.GetString(5),
        Utc.ReadOrNull(reader, 6),
        reader.IsDBNull(7) ? null : reader.GetFieldValue<DateTimeOffset>(7));
}
