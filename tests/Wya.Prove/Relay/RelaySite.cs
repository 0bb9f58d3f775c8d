using System.Diagnostics;
using System.Globalization;
using Wya.Projections.Relay;
using Wya.Prove.Servers;
using Wya.Testing;
using Wya.Testing.Rabbit;

namespace Wya.Prove.Relay;

/// <summary>The relaying processes, the external log, the line between them, and everything that can be broken of it.</summary>
internal sealed class RelaySite(ProofDatabase database, RabbitServer rabbit, CutLine line, int partitions) : IAsyncDisposable
{
    /// <summary>Longer than the external log has for an answer, so that a batch that it had is sent again.</summary>
    private static readonly TimeSpan Hang = RabbitLog.ConfirmWithin + TimeSpan.FromSeconds(2);

    /// <summary>Longer than a frozen leader is left its place, by its session and by its transaction.</summary>
    private static readonly TimeSpan Frozen = DomainRelay.FrozenAfter + TimeSpan.FromSeconds(5);

    private static readonly string PositionSql =
        string.Create(CultureInfo.InvariantCulture, $"select coalesce(max(last_seq_id), 0) from log.mt_event_progression where name = '{DomainRelay.NameOf("prove")}:All'");

    private readonly List<WorkerProcess> workers = [];
    private int serverKills, serverStops, serverHangs, kills, freezes;

    public async Task Start(int processes)
    {
        for (int n = 0; n < processes; n++)
        {
            await Add();
        }
    }

    public Task<long> Position(CancellationToken ct) => database.Scalar(PositionSql, ct);

    /// <summary>More is acknowledged than before.</summary>
    public async Task UntilMoves(CancellationToken ct)
    {
        long before = await Position(ct);
        await Wait.Until(async () => await Position(ct) > before, "the relay moves", 120, ct);
    }

    /// <summary>What takes no time: the line is cut, and the server is still for a moment.</summary>
    public async Task Short(CancellationToken ct)
    {
        line.Cut();
        await UntilMoves(ct);
        await For(TimeSpan.FromMilliseconds(300), rabbit.Freeze, rabbit.Thaw, ct);
        serverHangs++;
        line.Cut();
    }

    public async Task Round(Action<string> progress, CancellationToken ct)
    {
        progress("the line is cut");
        for (int n = 0; n < 5; n++)
        {
            line.Cut();
            await UntilMoves(ct);
        }

        progress("the server hangs");
        await For(Hang, rabbit.Freeze, rabbit.Thaw, ct);
        serverHangs++;
        await UntilMoves(ct);

        progress("the server is slow");
        for (int n = 0; n < 20; n++)
        {
            await For(TimeSpan.FromMilliseconds(200), rabbit.Freeze, rabbit.Thaw, ct);
            await UntilMoves(ct);
        }

        progress("the server is killed");
        await rabbit.Kill();
        await rabbit.Again();
        serverKills++;
        await UntilMoves(ct);

        progress("the server is stopped");
        await rabbit.Stop();
        await rabbit.Again();
        serverStops++;
        await UntilMoves(ct);

        progress("whoever relays is killed");
        for (int n = 0; n < 2; n++)
        {
            await workers[0].Kill(ct); // the elder leads, or has led
            await workers[0].DisposeAsync();
            workers.RemoveAt(0);
            await Add();
            kills++;
            await UntilMoves(ct);
        }

        progress("whoever relays is frozen, and comes back after another has taken its place");
        int frozen = workers[0].Id;
        await For(Frozen, () => Signal("-STOP", frozen), () => Signal("-CONT", frozen), ct, meanwhile: true);
        freezes++;
        await UntilMoves(ct);
    }

    public void Tell(Figures figures, bool mustHaveBroken)
    {
        figures.MustBeAtLeast("line_cut", line.Cuts, 1);
        figures.MustBeAtLeast("server_hung", serverHangs, 1);
        int least = mustHaveBroken ? 1 : 0;
        figures.MustBeAtLeast("server_killed", serverKills, least);
        figures.MustBeAtLeast("server_stopped", serverStops, least);
        figures.MustBeAtLeast("relay_killed", kills, least);
        figures.MustBeAtLeast("relay_frozen", freezes, least);
    }

    public async Task Stop()
    {
        foreach (WorkerProcess worker in workers)
        {
            await worker.DisposeAsync();
        }

        workers.Clear();
    }

    public async ValueTask DisposeAsync() => await Stop();

    private async Task Add()
    {
        WorkerProcess worker = await WorkerProcess.Start(RelayWorker.Kind, new RelayPlan(database.ConnectionString, rabbit.Address(line.Port), partitions));
        workers.Add(worker);
        await worker.Hear("ready", 60, CancellationToken.None);
    }

    /// <param name="meanwhile">Another takes over, and goes on.</param>
    private async Task For(TimeSpan time, Action begin, Action end, CancellationToken ct, bool meanwhile = false)
    {
        long start = Stopwatch.GetTimestamp();
        begin();
        try
        {
            await Wait.Until(() => Task.FromResult(Stopwatch.GetElapsedTime(start) >= time), "the time is over", 600, ct);
            if (meanwhile)
            {
                await UntilMoves(ct);
            }
        }
        finally
        {
            end(); // whatever happened: what is frozen cannot be ended in good order
        }
    }

    private static void Signal(string signal, int process)
    {
        using Process run = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        run.WaitForExit();
    }
}
