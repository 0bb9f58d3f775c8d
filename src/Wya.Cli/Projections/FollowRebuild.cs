using System.Globalization;
using Spectre.Console;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// Shows how a rebuild goes until it ends, is paused, or the operator has seen enough. The job is a row in the database:
/// it goes on whether anybody watches or not.
/// </summary>
internal sealed class FollowRebuild(Rebuilds rebuilds, Surroundings here, Answer answer)
{
    public static string Title(RebuildJob job) => job.Kind switch
    {
        RebuildKind.SwitchBack => $"switch back of {job.Projection}",
        RebuildKind.Rows => $"rebuild of rows of {job.Projection}",
        _ => $"rebuild of {job.Projection}",
    };

    public async Task<int> Run(RebuildJob ordered, CancellationToken ct)
    {
        try
        {
            RebuildJob ended = answer.IsAnimated
                ? await WithBar(ordered, ct).ConfigureAwait(false)
                : await Watch(ordered, _ => { }, answer.Note, ct).ConfigureAwait(false);
            return Tell(ended);
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            answer.Note(
                $"No longer watching: the {Title(ordered)} goes on. "
                + $"wya projections rebuilds shows it; wya projections cancel {ordered.Projection} ends it.");
            return ExitCodes.Interrupted;
        }
    }

    private async Task<RebuildJob> WithBar(RebuildJob ordered, CancellationToken ct)
    {
        RebuildJob ended = ordered;
        await answer.Console.Progress()
            .AutoRefresh(true)
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn())
            .StartAsync(async progress =>
            {
                ProgressTask bar = progress.AddTask(Markup.Escape(Describe(ordered)));
                ended = await Watch(
                    ordered,
                    job =>
                    {
                        bar.MaxValue = Math.Max(1, job.Target);
                        bar.Value = job.State == RebuildState.Done ? bar.MaxValue : job.Position;
                        bar.Description = Markup.Escape(Describe(job));
                    },
                    note => answer.Console.MarkupLine(Markup.Escape(note)),
                    ct).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return ended;
    }

    private async Task<RebuildJob> Watch(RebuildJob ordered, Action<RebuildJob> seen, Action<string> note, CancellationToken ct)
    {
        long start = here.Clock.GetTimestamp();
        bool saidThatNoneWorks = false;
        string? explained = null;
        while (true)
        {
            RebuildJob job = await rebuilds.Show(ordered.Id, ct).ConfigureAwait(false) ?? ordered;
            seen(job);
            if (job.State != RebuildState.Running)
            {
                return job;
            }

            if (job.Explanation is { } explanation && explanation != explained)
            {
                explained = explanation;
                note(explanation);
            }

            if (!saidThatNoneWorks && job.Step == RebuildStep.Waiting && here.Clock.GetElapsedTime(start) >= here.WorkerWait)
            {
                saidThatNoneWorks = true;
                note(
                    $"No worker has taken up the {Title(job)} yet: an API process with Wya__Role all or worker must run. "
                    + "Still waiting; Ctrl-C leaves it ordered.");
            }

            await Task.Delay(here.FollowEvery, here.Clock, ct).ConfigureAwait(false);
        }
    }

    private static string Describe(RebuildJob job)
    {
        string speed = job.EventsASecond is { } rate ? $"  {Visible.Count((long)rate)}/s" : "";
        string left = job.TimeLeft is { } time ? $"  {Visible.Seconds(time.TotalSeconds)} left" : "";
        return $"{job.Projection} {Words.Of(job.Step)}  {Visible.Count(job.Position)}/{Visible.Count(job.Target)}{speed}{left}";
    }

    private int Tell(RebuildJob job)
    {
        bool wroteNothing = job is { State: RebuildState.Done, Kind: RebuildKind.Rows, RowsDiffering: 0 };
        if (job.State == RebuildState.Done && !wroteNothing)
        {
            answer.Give(job, Outcome(job));
            return ExitCodes.Done;
        }

        if (answer.IsJson)
        {
            answer.Give(job, "");
        }

        answer.Note(job.State switch
        {
            RebuildState.Done => $"{job.Projection}, as of position {Visible.Count(job.Position)}: {job.Explanation}",
            RebuildState.Paused when job.IsHeld =>
                $"The {Title(job)} is held. {job.Explanation} "
                + $"wya projections differences {job.Projection} shows the rows, wya projections approve {job.Projection} --fingerprint {job.Fingerprint} --reason … goes on, wya projections cancel {job.Projection} gives it up.",
            RebuildState.Paused =>
                $"The {Title(job)} is paused. {job.Explanation} "
                + $"wya projections resume {job.Projection} --rebuild goes on, wya projections cancel {job.Projection} gives it up.",
            RebuildState.Cancelled => $"The {Title(job)} was cancelled by {job.ChangedBy}; the live tables are as they were.",
            _ => $"The {Title(job)} failed: {job.Error}; the live tables are as they were.",
        });
        return ExitCodes.Refused;
    }

    private static string Outcome(RebuildJob job)
    {
        if (job.Kind == RebuildKind.Rows)
        {
            return $"Done: {Visible.Count(job.RowsDiffering ?? 0, "row")} of {job.Projection} differed and {(job.RowsDiffering == 1 ? "was" : "were")} written anew, as of position {Visible.Count(job.Position)}.";
        }

        string time = job.FinishedAt - job.RequestedAt is { } taken ? $" in {Visible.Seconds(taken.TotalSeconds)}" : "";
        string differing = job.RowsDiffering is { } rows
            ? string.Create(CultureInfo.InvariantCulture, $"; {Visible.Count(rows, "row")} differed from the tables before")
            : "";
        string events = job.Kind == RebuildKind.Rebuild ? $", {Visible.Count(job.Position, "event")}" : "";
        return $"Done: {Title(job)}{time}{events}, swapped at position {Visible.Count(job.SwapPosition ?? job.Position)}{differing}.";
    }
}
