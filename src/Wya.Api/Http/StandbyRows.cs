using Npgsql;
using Wya.Api.Access;
using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>
/// Answers from a standby, where nothing is decided and nobody is kept from anybody by what is read there: lists of what
/// has happened, figures, and proposals that the primary's rows are asked about afterwards. Who may ask is decided on the
/// primary, before.
/// The standby's progress is read in the session that the rows are read in, so they hold at least what is said of them. It
/// is given a moment to come to the position that is asked for; then, or when it is far behind, the primary answers.
/// </summary>
internal static class StandbyRows
{
    /// <summary>Marks a query.</summary>
    public sealed record MayAnswer;

    private sealed record Chosen(LogRows Rows);

    /// <summary>To be said before <see cref="Freshness"/> is asked for.</summary>
    public static RouteHandlerBuilder MayAnswerFromStandby(this RouteHandlerBuilder endpoint) => endpoint.WithMetadata(new MayAnswer());

    /// <summary>Where this request's rows are read.</summary>
    public static LogRows RowsOf(this HttpContext http, OpenDomain domain) =>
        http.Features.Get<Chosen>() is { } chosen && chosen.Rows.Database == domain.Database ? chosen.Rows : domain.Database;

    /// <summary>Chooses a standby for this request.</summary>
    /// <param name="freshness">Of the read model; null for those that are written with the log.</param>
    /// <returns>The position that it holds, and how long it has been without what came since; null when the primary is to answer.</returns>
    public static async Task<(long Position, TimeSpan Lag)?> Choose(HttpContext http, OpenDomain domain, ReadModelFreshness? freshness, long? asked)
    {
        DatabaseHosts hosts = domain.Database.Hosts;
        if (!hosts.AreSeveral || http.GetEndpoint()?.Metadata.GetMetadata<MayAnswer>() is null)
        {
            return null;
        }

        CancellationToken ct = http.RequestAborted;
        NpgsqlConnection? session = null;
        try
        {
            session = await hosts.Replicas.OpenConnectionAsync(ct).ConfigureAwait(false);
            var rows = new LogRows(domain.Database, session);
            if (await Holds(http, rows, domain, freshness, asked, ct).ConfigureAwait(false) is { } held)
            {
                http.Features.Set(new Chosen(rows));
                http.Response.RegisterForDisposeAsync(session);
                return held;
            }
        }
        catch (NpgsqlException)
        {
            // It has gone, or what it was asked for conflicts with what it is told: the primary answers.
        }

        if (session is not null)
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }

        return null;
    }

    private static async Task<(long Position, TimeSpan Lag)?> Holds(
        HttpContext http, LogRows rows, OpenDomain domain, ReadModelFreshness? freshness, long? asked, CancellationToken ct)
    {
        long known = Math.Max(domain.Database.Signal.Head, http.Features.Get<HeadSeen>() is { } seen && seen.Domain == domain.Name ? seen.Position : 0);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Limits.StandbyWait);
        for (TimeSpan pause = TimeSpan.FromMilliseconds(2); ; pause *= 2)
        {
            if (await Look(rows, ct).ConfigureAwait(false) is not { } standby)
            {
                return null;
            }

            (long reached, TimeSpan lag) = freshness is null
                ? (standby.Head, TimeSpan.Zero)
                : await freshness.Of(rows, AccessControl.IdInAddress(http), ct).ConfigureAwait(false);
            TimeSpan replication = standby.Head < known || !standby.IsUpToDate ? standby.Silence : TimeSpan.Zero;
            if (reached >= (asked ?? 0) && replication <= Limits.StandbyLagMax)
            {
                return (reached, lag + replication);
            }

            await Task.Delay(pause, patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (patience.IsCancellationRequested)
            {
                return null;
            }
        }
    }

    /// <returns>Null when it is the primary.</returns>
    private static async Task<(long Head, bool IsUpToDate, TimeSpan Silence)?> Look(LogRows rows, CancellationToken ct)
    {
        await using NpgsqlCommand command = rows.CreateCommand(
            $"""
            select pg_is_in_recovery(), position,
                   coalesce(pg_last_wal_receive_lsn() <= pg_last_wal_replay_lsn(), false) and exists (select from pg_stat_wal_receiver),
                   extract(epoch from greatest(now() - pg_last_xact_replay_timestamp(), interval '0'))::float8
            from {rows.Database.LogSchema}.wya_log_head
            """);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return reader.GetBoolean(0)
            ? (reader.GetInt64(1), reader.GetBoolean(2), reader.IsDBNull(3) ? TimeSpan.Zero : TimeSpan.FromSeconds(reader.GetDouble(3)))
            : null;
    }
}
