using Npgsql;

namespace Wya.EventStore.Postgres;

public sealed partial class DatabaseHosts
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan AnswerWithin = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource stop = new();
    private readonly Lock gate = new();
    private readonly TaskCompletionSource first = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task? watch;
    private IReadOnlyList<HostLook> seen = [];
    private CancellationTokenSource untilPromoted = new();

    /// <summary>Each host as it was last seen, in the order of the connection string; empty before the first look, and for a single host.</summary>
    public IReadOnlyList<HostLook> Seen => Volatile.Read(ref seen);

    /// <summary>Another primary has been promoted: what was remembered of the one before may never have been.</summary>
    public event Action? Promoted;

    /// <summary>Cancelled by the next promotion: until then a primary that hangs may answer yet, and after it nobody is to wait for that.</summary>
    public CancellationToken UntilPromoted => AreSeveral ? Volatile.Read(ref untilPromoted).Token : CancellationToken.None;

    /// <summary>Whether a host takes itself for the primary of an epoch that has ended.</summary>
    public bool IsOneFenced => Seen.Any(look => look.Role == HostRole.Fenced);

    /// <summary>All hosts have been asked once, or have not answered in time. The watch goes on from then.</summary>
    public Task FirstLook()
    {
        lock (gate)
        {
            watch ??= AreSeveral && !stop.IsCancellationRequested ? Task.Run(Watch) : Task.CompletedTask;
        }

        return AreSeveral ? first.Task : Task.CompletedTask;
    }

    private async Task Watch()
    {
        var sessions = new NpgsqlConnection?[hosts.Length];
        var asking = new Task<HostAnswer?>?[hosts.Length];
        try
        {
            while (!stop.IsCancellationRequested)
            {
                HostAnswer?[] answers = await Task.WhenAll(hosts.Select((_, n) => AnswerInTime(asking, sessions, n))).ConfigureAwait(false);
                foreach (HostAnswer? answer in answers)
                {
                    Saw(answer?.Epoch ?? 0);
                }

                Volatile.Write(ref seen, [.. hosts.Select((host, n) => Look(host, answers[n]))]);
                await Task.WhenAll(Seen.Select((look, n) => look.Role == HostRole.Fenced ? EndSessions(sessions[n]) : Task.CompletedTask)).ConfigureAwait(false);
                first.TrySetResult();
                await Task.Delay(LookEvery, stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            first.TrySetResult();
            await Task.WhenAll(asking.OfType<Task<HostAnswer?>>()).ConfigureAwait(false);
            foreach (NpgsqlConnection? session in sessions)
            {
                if (session is not null)
                {
                    await session.DisposeAsync().ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>To give up a question that a host does not answer takes seconds, too; the others are not left waiting for that.</summary>
    private async Task<HostAnswer?> AnswerInTime(Task<HostAnswer?>?[] asking, NpgsqlConnection?[] sessions, int n)
    {
        Task<HostAnswer?> asked = asking[n] ??= Ask(sessions, n);
        await Task.WhenAny(asked, Task.Delay(AnswerWithin, stop.Token)).ConfigureAwait(false);
        if (!asked.IsCompleted)
        {
            return null;
        }

        asking[n] = null;
        return await asked.ConfigureAwait(false);
    }

    private async Task<HostAnswer?> Ask(NpgsqlConnection?[] sessions, int n)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(stop.Token);
        limit.CancelAfter(AnswerWithin);
        try
        {
            sessions[n] ??= await Open(Watching(hosts[n]), null, limit.Token).ConfigureAwait(false);
            return await HostQuestions.Who(sessions[n]!, limit.Token).ConfigureAwait(false);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException or IOException or InvalidOperationException)
        {
            if (sessions[n] is { } broken)
            {
                await broken.DisposeAsync().ConfigureAwait(false);
            }

            sessions[n] = null;
            return null;
        }
    }

    private NpgsqlConnectionStringBuilder Watching(string host)
    {
        NpgsqlConnectionStringBuilder own = At(settings, host);
        (own.Pooling, own.Timeout, own.CommandTimeout, own.CancellationTimeout) = (false, (int)AnswerWithin.TotalSeconds, (int)AnswerWithin.TotalSeconds, 100);
        own.ApplicationName = $"wya-{name}-hosts";
        return own;
    }

    private HostLook Look(string host, HostAnswer? answer) => answer is not { } said
        ? new HostLook(host, HostRole.Away, 0, false)
        : new HostLook(
            host,
            said.IsStandby ? HostRole.Standby : said.Epoch < Epoch ? HostRole.Fenced : HostRole.Primary,
            said.Epoch,
            said.ConfirmsBeforeAnswering);

    private bool IsPrimaryAsSeen(string host) => Seen.Any(look => look.Name == host && look.Role == HostRole.Primary);

    private void Saw(long newer)
    {
        long known = Epoch;
        while (newer > known)
        {
            long before = Interlocked.CompareExchange(ref epoch, newer, known);
            if (before == known)
            {
                if (known > 0)
                {
                    foreach (NpgsqlMultiHostDataSource pool in lanes.Append(pools!))
                    {
                        pool.Clear(); // idle sessions lead to who was the primary, and busy ones end when they are given back
                        pool.ClearDatabaseStates();
                    }

                    Promoted?.Invoke();
                    _ = Interlocked.Exchange(ref untilPromoted, new CancellationTokenSource()).CancelAsync(); // to cancel is to ask the server, which may hang
                }

                return;
            }

            known = before;
        }
    }

    /// <summary>Those that are open to a fenced primary, of this process and of others, so that nobody waits for its answer.</summary>
    private async Task EndSessions(NpgsqlConnection? session)
    {
        try
        {
            await (session is null ? Task.CompletedTask : HostQuestions.EndSessions(session, stop.Token)).ConfigureAwait(false);
        }
        catch (Exception away) when (away is NpgsqlException or TimeoutException or OperationCanceledException or IOException or InvalidOperationException)
        {
            // It is fenced all the same: who comes anew is turned away.
        }
    }

    private async Task StopLooking()
    {
        await stop.CancelAsync().ConfigureAwait(false);
        first.TrySetResult();
        Task? running;
        lock (gate)
        {
            running = watch;
        }

        await (running ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }
}
