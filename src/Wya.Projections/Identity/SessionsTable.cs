using System.Security.Cryptography;
using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>A session as its owner sees it.</summary>
/// <param name="LastUsedAt">When it was opened or last refreshed.</param>
public sealed record SessionRow(Guid Id, string? Label, DateTimeOffset CreatedAt, DateTimeOffset LastUsedAt, DateTimeOffset ExpiresAt);

/// <summary>How long a session lives.</summary>
/// <param name="Idle">From its last refresh.</param>
/// <param name="Whole">From its opening, however often it is refreshed.</param>
/// <param name="Grace">For so long after a rotation, the token that was rotated away may be sent once more.</param>
public sealed record SessionTimes(TimeSpan Idle, TimeSpan Whole, TimeSpan Grace)
{
    public DateTimeOffset EndOf(DateTimeOffset createdAt, DateTimeOffset now) =>
        createdAt + Whole < now + Idle ? createdAt + Whole : now + Idle;
}

/// <summary>What the database keeps of a refresh token: SHA-256 of what stays the same for the whole session, and of it all.</summary>
public sealed record TokenDigests(byte[] Family, byte[] Token);

/// <summary>
/// The sessions that people have open: no row, no session. No fold of the log: rows are changed in place, and deleted when
/// they end.
///
/// A refresh token is good for one use, which gives its successor. Of all tokens of a session (the family, known by its own
/// digest) the row keeps two: the current one, and the one that was rotated away last. The current one rotates. The one
/// before it, sent once more within the grace while its successor is unused, means that the answer was lost: the successor
/// is replaced. Any other token of the family has been used or replaced, so somebody holds a copy, and nobody can tell who
/// is the thief: the session ends. The row is locked from the look to the change, so of all who send a token at once,
/// wherever, each sees what the one before has done, and never more than one token of a family is current.
/// </summary>
public static class SessionsTable
{
    /// <summary>Beyond these, opening a session ends the one that was not used for longest.</summary>
    public const int PerPersonMax = 100;

    public const int LabelCharactersMax = 100;

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.sessions (
            id              uuid primary key,
            user_id         uuid not null,
            family_digest   bytea not null unique,
            token_digest    bytea not null,
            previous_digest bytea null,
            rotated_at      timestamptz null,
            grace_used      boolean not null default false,
            label           varchar(100) null,
            created_at      timestamptz not null,
            last_used_at    timestamptz not null,
            expires_at      timestamptz not null
        );
        alter table public.sessions alter column label set statistics 0; -- what a person typed stays out of the server's samples
        create index if not exists idx_sessions_user on public.sessions (user_id);
        create index if not exists idx_sessions_expires on public.sessions (expires_at);
        grant select, insert, update, delete on public.sessions to {app};
        """;

    /// <summary>Expired rows that opening a session takes away: more than it adds, and few enough to be quick.</summary>
    private const int ExpiredBatchMax = 20;

    private enum Use
    {
        Rotates,
        Replaces,
        Ends,
    }

    public static async Task Open(
        NpgsqlConnection within,
        Guid id,
        UserId user,
        TokenDigests token,
        string? label,
        SessionTimes times,
        DateTimeOffset now,
        CancellationToken ct = default)
    {
        await using var batch = new NpgsqlBatch(within);
        Add(
            batch,
            """
            insert into public.sessions (id, user_id, family_digest, token_digest, label, created_at, last_used_at, expires_at)
            values ($1, $2, $3, $4, $5, $6, $6, $7)
            """,
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<Guid> { TypedValue = user.Value },
            new NpgsqlParameter<byte[]> { TypedValue = token.Family },
            new NpgsqlParameter<byte[]> { TypedValue = token.Token },
            new NpgsqlParameter<string?> { TypedValue = label },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = times.EndOf(now, now) });

        // Two who open at once take different rows, or wait for neither.
        Add(
            batch,
            $"""
            delete from public.sessions where id in (
                select id from public.sessions
                where id in (select id from public.sessions where user_id = $1 order by last_used_at desc, id desc offset {PerPersonMax})
                for update skip locked)
            """,
            new NpgsqlParameter<Guid> { TypedValue = user.Value });
        Add(
            batch,
            $"""
            delete from public.sessions where id in (
                select id from public.sessions where expires_at <= $1 order by expires_at limit {ExpiredBatchMax} for update skip locked)
            """,
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Exchanges a refresh token for its successor. Null when it is unknown, expired, or used before.</summary>
    public static async Task<(Guid Id, UserId User)?> Refresh(
        LogDatabase identity, TokenDigests presented, TokenDigests successor, SessionTimes times, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlConnection connection = await identity.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        if (await Lock(connection, presented.Family, ct).ConfigureAwait(false) is not { } found)
        {
            return null;
        }

        Use use = found.Judge(presented.Token, times.Grace, now);
        await using NpgsqlCommand change = use switch
        {
            Use.Rotates => new NpgsqlCommand(
                """
                update public.sessions set previous_digest = token_digest, token_digest = $2, rotated_at = $3, grace_used = false,
                    last_used_at = $3, expires_at = $4
                where id = $1
                """,
                connection)
            {
                Parameters =
                {
                    new NpgsqlParameter<Guid> { TypedValue = found.Id },
                    new NpgsqlParameter<byte[]> { TypedValue = successor.Token },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
                    new NpgsqlParameter<DateTimeOffset> { TypedValue = times.EndOf(found.CreatedAt, now) },
                },
            },
            Use.Replaces => new NpgsqlCommand("update public.sessions set token_digest = $2, grace_used = true where id = $1", connection)
            {
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = found.Id }, new NpgsqlParameter<byte[]> { TypedValue = successor.Token } },
            },
            _ => new NpgsqlCommand("delete from public.sessions where id = $1", connection)
            {
                Parameters = { new NpgsqlParameter<Guid> { TypedValue = found.Id } },
            },
        };
        await change.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
        return use == Use.Ends ? null : (found.Id, found.User);
    }

    /// <summary>Whether an access token of this session still stands. Asked on every request, by the primary key.</summary>
    public static NpgsqlBatchCommand IsOpen(Guid id, UserId user, DateTimeOffset now) => new(
        "select exists (select from public.sessions where id = $1 and user_id = $2 and expires_at > $3)")
    {
        Parameters =
        {
            new NpgsqlParameter<Guid> { TypedValue = id },
            new NpgsqlParameter<Guid> { TypedValue = user.Value },
            new NpgsqlParameter<DateTimeOffset> { TypedValue = now },
        },
    };

    /// <summary>The last used first; bounded by how many sessions a person may have.</summary>
    public static async Task<IReadOnlyList<SessionRow>> Of(LogDatabase identity, UserId user, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand(
            """
            select id, label, created_at, last_used_at, expires_at from public.sessions
            where user_id = $1 and expires_at > $2 order by last_used_at desc, id
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<DateTimeOffset> { TypedValue = now });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<SessionRow> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(new SessionRow(
                reader.GetGuid(0),
                reader.IsDBNull(1) ? null : reader.GetString(1),
                reader.GetFieldValue<DateTimeOffset>(2),
                reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<DateTimeOffset>(4)));
        }

        return rows;
    }

    /// <summary>Ends one session of this person; nobody else's.</summary>
    public static async Task End(LogDatabase identity, Guid id, UserId user, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = identity.DataSource.CreateCommand("delete from public.sessions where id = $1 and user_id = $2");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Ends every session of this person but one.</summary>
    public static async Task EndOthers(NpgsqlConnection within, UserId user, Guid but, CancellationToken ct = default)
    {
        await using var command = new NpgsqlCommand("delete from public.sessions where user_id = $1 and id <> $2", within);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = but });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private static async Task<Locked?> Lock(NpgsqlConnection connection, byte[] family, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select id, user_id, token_digest, previous_digest, rotated_at, grace_used, created_at, expires_at
            from public.sessions where family_digest = $1 for update
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = family });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await reader.ReadAsync(ct).ConfigureAwait(false)
            ? new Locked(
                reader.GetGuid(0),
                new UserId(reader.GetGuid(1)),
                reader.GetFieldValue<byte[]>(2),
                reader.IsDBNull(3) ? null : reader.GetFieldValue<byte[]>(3),
                reader.IsDBNull(4) ? null : reader.GetFieldValue<DateTimeOffset>(4),
                reader.GetBoolean(5),
                reader.GetFieldValue<DateTimeOffset>(6),
                reader.GetFieldValue<DateTimeOffset>(7))
            : null;
    }

    private static void Add(NpgsqlBatch batch, string sql, params NpgsqlParameter[] parameters)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (NpgsqlParameter parameter in parameters)
        {
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>A session's row while a refresh holds it.</summary>
    private sealed record Locked(
        Guid Id,
        UserId User,
        byte[] Current,
        byte[]? Previous,
        DateTimeOffset? RotatedAt,
        bool GraceUsed,
        DateTimeOffset CreatedAt,
        DateTimeOffset ExpiresAt)
    {
        public Use Judge(byte[] presented, TimeSpan grace, DateTimeOffset now)
        {
            if (ExpiresAt <= now)
            {
                return Use.Ends;
            }

            if (CryptographicOperations.FixedTimeEquals(presented, Current))
            {
                return Use.Rotates;
            }

            // A successor that has been used is the previous one itself, so this one's is still unused.
            bool answerWasLost = Previous is not null
                && CryptographicOperations.FixedTimeEquals(presented, Previous)
                && !GraceUsed
                && now - RotatedAt <= grace;
            return answerWasLost ? Use.Replaces : Use.Ends;
        }
    }
}
