using System.Collections.Immutable;
using Npgsql;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Identity;

/// <summary>A person as looked up, with all that their capabilities follow from.</summary>
/// <param name="SuspensionReason">As sealed in the event, for the person alone.</param>
/// <param name="BanReason">Likewise.</param>
/// <param name="RestrictionReasons">Likewise, by capability.</param>
public sealed record PersonStanding(
    UserView User,
    Standing Standing,
    string? SuspensionReason,
    string? BanReason,
    ImmutableSortedDictionary<string, string?> RestrictionReasons);

/// <param name="Head">The position of identity's log that all the rest holds at least.</param>
/// <param name="SessionIsOpen">Also true where tokens have no session.</param>
/// <param name="Person">Null when there is no such person, or not any more.</param>
public sealed record Admission(long Head, bool SessionIsOpen, PersonStanding? Person);

/// <summary>Reads a person's whole standing in one round trip: every request that is not for anyone asks for its caller's.</summary>
public static class Standings
{
    /// <summary>Null when there is no such person, or not any more.</summary>
    public static async Task<PersonStanding?> Of(LogDatabase identity, UserId user, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlBatch batch = identity.DataSource.CreateBatch();
        batch.BatchCommands.Add(Select(identity, user));
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        return await Read(reader, now, ct).ConfigureAwait(false);
    }

    /// <summary>All that a request is admitted by, in one round trip: the log's head before anything else is read.</summary>
    /// <param name="session">The session that the caller's token belongs to; null where an authority issues the tokens.</param>
    public static async Task<Admission> Admit(
        LogDatabase identity, UserId user, Guid? session, DateTimeOffset now, CancellationToken ct = default)
    {
        await using NpgsqlBatch batch = identity.DataSource.CreateBatch();
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"select position from {identity.LogSchema}.wya_log_head"));
        batch.BatchCommands.Add(Select(identity, user));
        if (session is { } id)
        {
            batch.BatchCommands.Add(SessionsTable.IsOpen(id, user, now));
        }

        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        long head = reader.GetInt64(0);
        await reader.NextResultAsync(ct).ConfigureAwait(false);
        PersonStanding? person = await Read(reader, now, ct).ConfigureAwait(false);
        bool isOpen = session is null
            || (await reader.NextResultAsync(ct).ConfigureAwait(false) && await reader.ReadAsync(ct).ConfigureAwait(false) && reader.GetBoolean(0));
        return new Admission(head, isOpen, person);
    }

    private static NpgsqlBatchCommand Select(LogDatabase identity, UserId user)
    {
        // Arrays keep it one row; both of a pair are in the order of the same key.
        var command = new NpgsqlBatchCommand(
            $"""
            select {UsersTable.ViewColumns}, s.reason, b.reason,
                array(select p.capability from {identity.ReadSchema}.permissions p where p.user_id = u.id order by p.capability),
                array(select p.granted_at from {identity.ReadSchema}.permissions p where p.user_id = u.id order by p.capability),
                array(select r.capability from {identity.ReadSchema}.restrictions r where r.user_id = u.id order by r.capability),
                array(select r.until from {identity.ReadSchema}.restrictions r where r.user_id = u.id order by r.capability),
                array(select r.reason from {identity.ReadSchema}.restrictions r where r.user_id = u.id order by r.capability),
                t.course::text
            {UsersTable.ViewTables(identity)}
            left join {identity.ReadSchema}.bans b on b.user_id = u.id
            left join {identity.ReadSchema}.earned_trust t on t.user_id = u.id
            where u.id = $1 and e.erased_at is null
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = user.Value });
        return command;
    }

    private static async Task<PersonStanding?> Read(NpgsqlDataReader reader, DateTimeOffset now, CancellationToken ct)
    {
        if (!await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            return null;
        }

        UserView view = UsersTable.ReadView(reader);
        string[] restricted = reader.GetFieldValue<string[]>(12);
        DateTime?[] untils = reader.GetFieldValue<DateTime?[]>(13);
        var standing = new Standing(
            view.AgeLayer,
            view.RecordedStatus == UserStatus.Banned,
            view.SuspendedUntil,
            ByCapability(reader.GetFieldValue<string[]>(10), reader.GetFieldValue<DateTime[]>(11), Utc.Of),
            ByCapability(restricted, untils, until => until is { } time ? Utc.Of(time) : (DateTimeOffset?)null),
            EarnedTrustTable.Score(reader.IsDBNull(15) ? null : reader.GetString(15), now),
            view.ErasureDueAt);
        return new PersonStanding(
            view,
            standing,
            reader.IsDBNull(8) ? null : reader.GetString(8),
            reader.IsDBNull(9) ? null : reader.GetString(9),
            ByCapability(restricted, reader.GetFieldValue<string?[]>(14), reason => reason));
    }

    private static ImmutableSortedDictionary<string, TValue> ByCapability<TStored, TValue>(
        string[] capabilities, TStored[] stored, Func<TStored, TValue> value) =>
        capabilities.Zip(stored).ToImmutableSortedDictionary(pair => pair.First, pair => value(pair.Second), StringComparer.Ordinal);
}
