using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

/// <param name="Session">Null where an authority issues the tokens.</param>
/// <param name="Until">When the token ends, and the connection with it.</param>
internal sealed record LiveCaller(UserId User, Guid? Session, DateTimeOffset Until);

/// <summary>
/// One person's feed over one connection, whatever carries it: hello, what was missed, then what happens, until there is a
/// reason to end.
/// No gap and no overlap: the connection is registered first, and hears of everything after a position that all events up
/// to it are known to be committed at. What lies between the client's place and that position is read from the log, told
/// first, and rendered by the same code.
/// </summary>
internal sealed class LiveFeed(
    MessagingLogs messaging, LiveFeeds feeds, LiveRendering rendering, Gate gate, SessionWatch sessions, LiveTelemetry telemetry, LiveOptions options,
    TimeProvider clock, IHostApplicationLifetime lifetime, ILogger<LiveFeed> log)
{
    private readonly SealedHistory[] histories = [.. messaging.Databases.Select(database => new SealedHistory(database))];

    /// <returns>A problem when the feed cannot begin.</returns>
    /// <param name="after">The id of the last frame that the client has; null for who begins now.</param>
    /// <param name="open">Called when nothing stands in the way any more.</param>
    public async Task<Problem?> Run(LiveCaller caller, LivePlace? after, Func<Task<ILiveWire>> open, CancellationToken ct)
    {
        for (int partition = 0; after is not null && partition < messaging.All.Count; partition++)
        {
            if (feeds.Begun(partition) is var begun and >= 0 && after[partition] > begun
                && after[partition] > await messaging.All[partition].Store.Head(ct).ConfigureAwait(false))
            {
                return Problems.PositionInTheFuture;
            }
        }

        (LiveConnection? connection, IReadOnlyList<long> from, Problem? problem) = feeds.Add(caller.User.Value, after);
        if (connection is null)
        {
            return problem;
        }

        try
        {
            ILiveWire wire = await open().ConfigureAwait(false);
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(wire.Gone, ct);
            await Run(caller, after, from, connection, wire, gone.Token).ConfigureAwait(false);
        }
        finally
        {
            feeds.Remove(connection);
        }

        return null;
    }

    private async Task Run(LiveCaller caller, LivePlace? after, IReadOnlyList<long> from, LiveConnection connection, ILiveWire wire, CancellationToken gone)
    {
        try
        {
            LivePlace place = after ?? new LivePlace(from, messaging.All.Count);
            string id = place.ToString();
            wire.Write(Frame.Of(null, FrameTypes.Hello, new Hello(id, after is not null)), id);
            GoodbyeReason? reason = await CatchUp(caller, place, from, connection, wire, gone).ConfigureAwait(false)
                ?? await GoOn(caller, place, connection, wire, gone).ConfigureAwait(false);
            if (reason is { } why)
            {
                telemetry.Ended(why);
                wire.Write(Frame.Goodbye(why));
                using var limit = new CancellationTokenSource(options.CloseWithin, clock);
                await wire.Flush(limit.Token).ConfigureAwait(false);
                await wire.Close(why, limit.Token).ConfigureAwait(false);
            }
        }
        catch (Exception broken) when (gone.IsCancellationRequested || broken is OperationCanceledException or IOException or System.Net.WebSockets.WebSocketException)
        {
            wire.Abort(); // the client has gone, or takes nothing: it comes back with the last id it has
        }
        catch (Exception fault)
        {
            log.LogWarning("A feed ended: {Kind}.", fault.GetType().Name); // likewise, when a database is away
            wire.Abort();
        }
    }

    private async Task<GoodbyeReason?> CatchUp(
        LiveCaller caller, LivePlace place, IReadOnlyList<long> to, LiveConnection connection, ILiveWire wire, CancellationToken gone)
    {
        foreach (MessagingLog log in messaging.All)
        {
            if (await CatchUp(caller, log, place, to[log.Definition.Partition], connection, wire, gone).ConfigureAwait(false) is { } reason)
            {
                return reason;
            }
        }

        await Flush(wire, gone).ConfigureAwait(false);
        return null;
    }

    private async Task<GoodbyeReason?> CatchUp(
        LiveCaller caller, MessagingLog log, LivePlace place, long to, LiveConnection connection, ILiveWire wire, CancellationToken gone)
    {
        int partition = log.Definition.Partition;
        if (to - place[partition] > options.CatchUpPositionsMax)
        {
            string from = place.ToString(), id = place.After(partition, to);
            wire.Write(Frame.Of(null, FrameTypes.Gap, new Gap(from, id, GapReason.AwayTooLong)), id);
        }
        else if (place[partition] < to)
        {
            IReadOnlyList<Guid> conversations = await Audiences.ConversationsOf(log.Database, caller.User, gone).ConfigureAwait(false);
            while (place[partition] < to)
            {
                if (Ends(caller, connection) is { } reason)
                {
                    return reason;
                }

                SealedStretch stretch = await histories[partition].Read(conversations, place[partition], to, options.CatchUpPageEventsMax, gone).ConfigureAwait(false);
                foreach (Delivery delivery in await rendering.Render(log, stretch.Events, [caller.User.Value], gone).ConfigureAwait(false))
                {
                    await Write(wire, place, delivery.Frame, gone).ConfigureAwait(false);
                }

                place.After(partition, stretch.To);
            }
        }

        return null;
    }

    private async Task<GoodbyeReason?> GoOn(LiveCaller caller, LivePlace place, LiveConnection connection, ILiveWire wire, CancellationToken gone)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(gone, lifetime.ApplicationStopping);
        long beaten = clock.GetTimestamp(), looked = beaten;
        Task ready = connection.Ready();
        while (true)
        {
            gone.ThrowIfCancellationRequested();
            if (Ends(caller, connection) is { } reason)
            {
                return reason;
            }

            if (clock.GetElapsedTime(looked) >= options.LookEvery)
            {
                if (await Look(caller, gone).ConfigureAwait(false) is { } barred)
                {
                    return barred;
                }

                looked = clock.GetTimestamp();
            }

            bool wrote = false;
            while (connection.Take() is { } frame)
            {
                await Write(wire, place, frame, gone).ConfigureAwait(false);
                wrote = true;
            }

            if (clock.GetElapsedTime(beaten) >= options.Heartbeat)
            {
                wire.Write(Frame.Heartbeat);
                beaten = clock.GetTimestamp();
                wrote = true;
            }

            if (wrote)
            {
                await Flush(wire, gone).ConfigureAwait(false);
            }

            if (ready.IsCompleted)
            {
                ready = connection.IsTooSlow ? ready : connection.Ready();
            }

            await Wait(ready, Least(options.Heartbeat - clock.GetElapsedTime(beaten), options.LookEvery - clock.GetElapsedTime(looked), caller.Until - clock.GetUtcNow()), end.Token)
                .ConfigureAwait(false);
        }
    }

    private GoodbyeReason? Ends(LiveCaller caller, LiveConnection connection) =>
        lifetime.ApplicationStopping.IsCancellationRequested ? GoodbyeReason.Stopping
        : connection.IsTooSlow ? GoodbyeReason.SlowConsumer
        : clock.GetUtcNow() >= caller.Until ? GoodbyeReason.TokenExpired
        : null;

    /// <summary>Whether the person may still be here. When nobody can say, they may: nothing is told that the audience does not allow.</summary>
    private async Task<GoodbyeReason?> Look(LiveCaller caller, CancellationToken ct)
    {
        try
        {
            if (caller.Session is { } session && await sessions.Look(session, caller.User, ct).ConfigureAwait(false) == SessionState.Ended)
            {
                return GoodbyeReason.SessionEnded;
            }

            Entry entry = await gate.Ask(new EntryQuestion(caller.User.Value, null)).WaitAsync(ct).ConfigureAwait(false);
            return Gate.Barred(entry.Self, clock.GetUtcNow()) switch
            {
                null => null,
                { Status: StatusCodes.Status401Unauthorized } => GoodbyeReason.SessionEnded,
                _ => GoodbyeReason.Barred,
            };
        }
        catch (Exception away) when (!ct.IsCancellationRequested && (Faults.IsTransient(away) || away is EventStore.StoreUnavailableException))
        {
            return null;
        }
    }

    private async Task Write(ILiveWire wire, LivePlace place, Frame frame, CancellationToken gone)
    {
        if (wire.Write(frame, place.After(frame)) >= options.FlushBytes)
        {
            await Flush(wire, gone).ConfigureAwait(false);
        }
    }

    private async Task Flush(ILiveWire wire, CancellationToken gone)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(gone);
        limit.CancelAfter(options.WriteWithin);
        await wire.Flush(limit.Token).ConfigureAwait(false);
    }

    private async Task Wait(Task ready, TimeSpan atMost, CancellationToken ct)
    {
        if (atMost > TimeSpan.Zero)
        {
            await ready.WaitAsync(atMost, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static TimeSpan Least(params ReadOnlySpan<TimeSpan> times)
    {
        TimeSpan least = TimeSpan.MaxValue;
        foreach (TimeSpan time in times)
        {
            least = time < least ? time : least;
        }

        return least;
    }
}
