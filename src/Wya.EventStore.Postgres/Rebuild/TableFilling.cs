using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Fills tables of a read model from the log until they stand where the live ones do. Live work goes first: before each
/// page it gives way while live work is behind, and it keeps to a speed limit if there is one.
/// Meeting the live tables: catch up while they move, hold them still for the last few events, fold these, and be at equal
/// position. If too much was appended while the lock was waited for, let go and catch up again.
/// </summary>
internal sealed class TableFilling(
    LogDatabase database,
    ReadModel model,
    RebuildOptions options,
    TimeProvider clock,
    NpgsqlConnection connection,
    PassedStreams passed,
    TableReplay replay,
    DateTimeOffset? discardsSince) : IAsyncDisposable
{
    private static readonly TimeSpan LookAtLimitEvery = TimeSpan.FromMilliseconds(250);

    private readonly LogScan scan = new(database, options.PageEvents);
    private long pacedAt = clock.GetTimestamp();

    public long Position => replay.Position;

    public NpgsqlConnection Connection => connection;

    /// <summary>Told where the tables must get to, whenever that was looked at.</summary>
    public Action<long>? TargetSeen { get; set; }

    /// <summary>The limit on the speed that the operator has set, asked again and again; null for none.</summary>
    public Func<CancellationToken, Task<int?>>? Limit { get; set; }

    /// <summary>Folds until hardly anything is left.</summary>
    /// <param name="others">Of a set that is to stand at one position: the tables go as far as the furthest of them.</param>
    public async Task CatchUp(IReadOnlyList<ReadModel> others, CancellationToken ct)
    {
        while (true)
        {
            long target = await LiveHold.Target(connection, database, model, ct).ConfigureAwait(false);
            foreach (ReadModel other in others)
            {
                target = Math.Max(target, await LiveHold.Target(connection, database, other, ct).ConfigureAwait(false));
            }

            TargetSeen?.Invoke(target);
            await TakeDecisions(ct).ConfigureAwait(false);
            if (target - Position <= options.EventsUnderLockMax / 4)
            {
                return;
            }

            await foreach (ScannedPage page in scan.Pages(Position, target, ct).ConfigureAwait(false))
            {
                await GiveWay(ct).ConfigureAwait(false);
                long from = Position;
                await replay.Apply(page.Events, page.To, ct).ConfigureAwait(false);
                await KeepToLimit(Position - from, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Both tables at equal position, and the live ones held there. One that is behind (it never ran) is held where it is.</summary>
    /// <exception cref="LocksNotHadException">After many attempts.</exception>
    public async Task<LiveHold> MeetLive(CancellationToken ct)
    {
        TimeSpan pause = options.LockPause;
        for (int attempt = 1; attempt <= options.LockAttemptsMax; attempt++)
        {
            await CatchUp([], ct).ConfigureAwait(false);
            if (await LiveHold.Try(database, [model], options, ct).ConfigureAwait(false) is not { } hold)
            {
                await Task.Delay(pause, clock, ct).ConfigureAwait(false);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LockPause.Ticks * 10));
                continue;
            }

            bool met = false;
            try
            {
                if (hold.Positions[model] - Position <= options.EventsUnderLockMax)
                {
                    await FoldLast(hold.Positions[model], ct).ConfigureAwait(false);
                    met = true;
                    return hold;
                }
            }
            finally
            {
                if (!met)
                {
                    await hold.DisposeAsync().ConfigureAwait(false);
                }
            }
        }

        throw new LocksNotHadException();
    }

    public ValueTask DisposeAsync() => scan.DisposeAsync();

    /// <summary>While the live tables are held.</summary>
    public async Task FoldLast(long to, CancellationToken ct)
    {
        if (to > Position)
        {
            await foreach (ScannedPage page in scan.Pages(Position, to, ct).ConfigureAwait(false))
            {
                await replay.Apply(page.Events, page.To, ct).ConfigureAwait(false);
            }
        }

        await TakeDecisions(ct).ConfigureAwait(false);
    }

    /// <summary>What operators and retries have decided about parked streams meanwhile.</summary>
    private async Task TakeDecisions(CancellationToken ct)
    {
        await passed.TakeDiscarded(connection, Position, discardsSince, ct).ConfigureAwait(false);
        foreach ((Guid streamId, long from) in await passed.TakeFreed(connection, ct).ConfigureAwait(false))
        {
            LogEntry[] events = [.. await scan.Stream(streamId, from - 1, Position, ct).ConfigureAwait(false)];
            await replay.Apply(events, Position, ct).ConfigureAwait(false);
        }
    }

    private async Task GiveWay(CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        while (options.LiveIsBehind?.Invoke() == true && clock.GetElapsedTime(start) < options.YieldMax)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), clock, ct).ConfigureAwait(false);
        }
    }

    /// <summary>After a page: waits until as much time has passed as the limit grants it. The limit may be changed meanwhile.</summary>
    private async Task KeepToLimit(long events, CancellationToken ct)
    {
        while (Limit is not null && await Limit(ct).ConfigureAwait(false) is { } limit)
        {
            TimeSpan left = TimeSpan.FromSeconds(events / (double)limit) - clock.GetElapsedTime(pacedAt);
            if (left <= TimeSpan.Zero)
            {
                break;
            }

            await Task.Delay(left < LookAtLimitEvery ? left : LookAtLimitEvery, clock, ct).ConfigureAwait(false);
        }

        pacedAt = clock.GetTimestamp();
    }
}
