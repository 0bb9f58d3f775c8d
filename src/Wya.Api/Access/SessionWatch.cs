using System.Collections.Concurrent;
using Npgsql;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

internal enum SessionState
{
    Open,
    Ended,

    /// <summary>Identity does not answer: the token stands for itself until it ends, after ten minutes at most.</summary>
    NotKnown,
}

/// <summary>
/// Whether sessions are open, for what must go on when identity does not answer. Each is asked for again after five seconds,
/// so that is how long a session that was ended can still talk.
/// </summary>
internal sealed class SessionWatch(IdentityLog identity, TimeProvider clock)
{
    public static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(5);

    private const int SessionsMax = 100_000;

    private static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<Guid, Seen> sessions = new();
    private long awayUntil;

    private sealed record Seen(bool IsOpen, long At);

    public ValueTask<SessionState> Look(Guid session, UserId user, CancellationToken ct) =>
        sessions.TryGetValue(session, out Seen? seen) && (!seen.IsOpen || clock.GetElapsedTime(seen.At) < AskAgainAfter)
            ? ValueTask.FromResult(seen.IsOpen ? SessionState.Open : SessionState.Ended)
            : new ValueTask<SessionState>(Ask(session, user, ct));

    private async Task<SessionState> Ask(Guid session, UserId user, CancellationToken ct)
    {
        if (clock.GetTimestamp() < Volatile.Read(ref awayUntil))
        {
            return SessionState.NotKnown;
        }

        try
        {
            using var limit = new CancellationTokenSource(AnswerWithin, clock);
            await using NpgsqlBatch batch = identity.Database.DataSource.CreateBatch();
            batch.BatchCommands.Add(SessionsTable.IsOpen(session, user, clock.GetUtcNow()));
            bool isOpen = await batch.ExecuteScalarAsync(limit.Token).ConfigureAwait(false) is true;
            if (sessions.Count >= SessionsMax)
            {
                sessions.Clear();
            }

            sessions[session] = new Seen(isOpen, clock.GetTimestamp());
            return isOpen ? SessionState.Open : SessionState.Ended;
        }
        catch (Exception away) when (!ct.IsCancellationRequested && (away is OperationCanceledException || Faults.IsTransient(away)))
        {
            Volatile.Write(ref awayUntil, clock.GetTimestamp() + (long)(TryAgainAfter.TotalSeconds * clock.TimestampFrequency));
            return SessionState.NotKnown;
        }
    }
}
