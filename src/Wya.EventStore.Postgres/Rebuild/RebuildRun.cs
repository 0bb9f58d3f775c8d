using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// One worker's run of one job: of a set of read models that are swapped together, or of one, which is a set too. The live
/// tables serve readers and writers all the time:
/// 1. make empty tables beside the live ones, in the shadow schema;
/// 2. fold the whole log into them, page by page, position and rows in one transaction, so that a run that is cut short
///    is taken up exactly where it stood;
/// 3. catch up with the live tables while these move on;
/// 4. compare: hold the live tables still, fold the last few events, take a snapshot of both at equal position, let go at
///    once, and compare in the snapshot for as long as it takes. If rows differ, and nobody has approved such a difference,
///    the job waits here for a person;
/// 5. swap: hold and fold again, up to one position for all of the set, and exchange all tables in one transaction. Appends
///    and the daemon wait for milliseconds; a reader sees either the old tables or the new ones, whole.
/// A lock that is not had within its short limit is given up and tried again later, so that nobody queues up behind it.
/// Invariant: at the swap old and new tables stand at the same position, so a read model's position does not move (unless
/// it was never filled, or others of its set were ahead of it). The leader's epoch rises, so that a daemon forgets the rows
/// that it remembers.
/// A switch back does 3 and 5 with the tables that the last swap left behind.
/// What it cannot give: a repeatable-read transaction that was begun before the swap and first touches a table after it
/// sees the new table as it was at its own snapshot. Reads of one statement, and read-committed ones, have no such limit.
/// </summary>
internal sealed class RebuildRun(LogDatabase database, IReadOnlyList<(ReadModel Model, JobRow Row)> set, RebuildOptions options, TimeProvider clock)
{
    private readonly ReadModel[] models = [.. set.Select(member => member.Model)];

    private string Names => string.Join(", ", models.Select(model => model.Name));

    public async Task Carry(CancellationToken ct)
    {
        using Activity? activity = LogTelemetry.Activities.StartActivity(set[0].Row.Job.Kind == RebuildKind.Rebuild ? "rebuild" : "switch back");
        activity?.SetTag("domain", database.Name).SetTag("projection", Names);
        List<RebuildMember> members = [];
        try
        {
            foreach ((ReadModel model, JobRow row) in set)
            {
                members.Add(await RebuildMember.Open(database, model, row, options, clock, ct).ConfigureAwait(false));
            }

            await Steps(members, ct).ConfigureAwait(false);
        }
        catch (LocksNotHadException)
        {
            await Each(members, member => member.Row.Pause(
                member.Connection, "The locks on the live tables could not be had: somebody keeps them in long transactions. Resume it when they have ended.", ct))
                .ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is RebuildFailedException or InvalidDataException)
        {
            await Each(members, member => member.Row.Fail(member.Connection, failure.Message, ct)).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is not (OperationCanceledException or RebuildInterruptedException) && !Faults.IsTransient(failure))
        {
            await Each(members, member => member.Row.Fail(member.Connection, $"{Names}: {FailurePlace.Of(failure)}.", ct)).ConfigureAwait(false);
        }
        finally
        {
            await Each(members, member => member.DisposeAsync().AsTask()).ConfigureAwait(false);
        }
    }

    private async Task Steps(List<RebuildMember> members, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (await FillAndCompare(members, ct).ConfigureAwait(false))
                {
                    await Each(members, member => member.Row.Set(member.Connection, RebuildStep.Swapping, ct)).ConfigureAwait(false);
                    await Swap(members, ct).ConfigureAwait(false);
                }

                return;
            }
            catch (RebuildOutdatedException)
            {
                members.ForEach(member => member.BeginAgainIfOutdated());
            }
        }
    }

    /// <summary>False when somebody has to look at a difference. All are compared first, so that there is one thing to look at.</summary>
    private static async Task<bool> FillAndCompare(List<RebuildMember> members, CancellationToken ct)
    {
        await Each(members, member => member.Fill(ct)).ConfigureAwait(false);
        List<(RebuildMember Member, string Why)> held = [];
        foreach (RebuildMember member in members.Where(member => member.Row.Job.Kind == RebuildKind.Rebuild))
        {
            if (await member.Compare(ct).ConfigureAwait(false) is { } why)
            {
                held.Add((member, why));
            }
        }

        foreach ((RebuildMember member, string why) in held)
        {
            await member.Row.Hold(member.Connection, why, ct).ConfigureAwait(false);
        }

        if (held.Count > 0)
        {
            string waits = $"Waits for {string.Join(", ", held.Select(each => each.Member.Model.Name))}, with which it is swapped.";
            await Each([.. members.Except(held.Select(each => each.Member))], member => member.Row.Wait(member.Connection, waits, ct)).ConfigureAwait(false);
        }

        return held.Count == 0;
    }

    private async Task Swap(List<RebuildMember> members, CancellationToken ct)
    {
        TimeSpan pause = options.LockPause;
        for (int attempt = 1; attempt <= options.LockAttemptsMax; attempt++)
        {
            try
            {
                if (await Meet(members, ct).ConfigureAwait(false) is { } hold)
                {
                    await using (hold.ConfigureAwait(false))
                    {
                        await Exchange(members, hold, ct).ConfigureAwait(false);
                        return;
                    }
                }
            }
            catch (PostgresException notHad) when (notHad.SqlState is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.DeadlockDetected)
            {
                // Somebody reads in a long transaction: let go, and try again.
            }

            await Task.Delay(pause, clock, ct).ConfigureAwait(false);
            pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, options.LockPause.Ticks * 10));
        }

        throw new LocksNotHadException();
    }

    /// <summary>All new tables at the position of the furthest live ones, and the live ones held. Null when that could not be had now.</summary>
    private async Task<LiveHold?> Meet(List<RebuildMember> members, CancellationToken ct)
    {
        await Each(members, member => member.CatchUp(models, ct)).ConfigureAwait(false);
        LiveHold? hold = await LiveHold.Try(database, models, options, ct).ConfigureAwait(false);
        if (hold is null)
        {
            return null;
        }

        bool met = false;
        try
        {
            long position = Math.Max(hold.Positions.Values.Max(), members.Max(member => member.Position));
            if (members.All(member => position - member.Position <= options.EventsUnderLockMax))
            {
                await Each(members, member => member.FoldLast(position, ct)).ConfigureAwait(false);
                met = true;
                return hold;
            }

            return null;
        }
        finally
        {
            if (!met)
            {
                await hold.DisposeAsync().ConfigureAwait(false);
            }
        }
    }

    private async Task Exchange(List<RebuildMember> members, LiveHold hold, CancellationToken ct)
    {
        foreach (RebuildMember member in members)
        {
            await member.Row.Finish(hold.Connection, member.Position, hold.Positions[member.Model], ct).ConfigureAwait(false);
        }

        RebuildJob first = set[0].Row.Job;
        await Operations.Record(
            hold.Connection, database.LogSchema, first.Kind == RebuildKind.Rebuild ? "swap" : "swap-back", Names, new Operator(first.RequestedBy, first.Reason), Operations.Done,
            new { read_models = members.Count, tables = members.Sum(member => member.Model.Tables.Count), position = members[0].Position, rows_differing = members.Sum(member => member.Row.RowsDiffering) }, ct)
            .ConfigureAwait(false);
        await hold.Connection.Execute($"set local lock_timeout = {(long)options.TableLockTimeout.TotalMilliseconds}", ct).ConfigureAwait(false);
        foreach (RebuildMember member in members)
        {
            await ModelTables.Swap(hold.Connection, database, member.Model, member.Schema, ct).ConfigureAwait(false);
            if (!member.Model.Inline)
            {
                await LiveProgress.AfterSwap(hold, database, member.Model, member.Row.Job.Id, member.Position, member.PassedStreams, ct).ConfigureAwait(false);
            }
        }

        await hold.Commit().ConfigureAwait(false);
    }

    private static async Task Each(List<RebuildMember> members, Func<RebuildMember, Task> what)
    {
        foreach (RebuildMember member in members)
        {
            await what(member).ConfigureAwait(false);
        }
    }
}
