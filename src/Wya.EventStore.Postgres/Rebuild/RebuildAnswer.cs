using System.Diagnostics.CodeAnalysis;

namespace Wya.EventStore.Postgres;

/// <summary>What an operator's verb came to: the job as it left it, or one refusal.</summary>
public sealed record RebuildAnswer(RebuildJob? Job, Refusal? Refusal)
{
    [MemberNotNullWhen(false, nameof(Job))]
    [MemberNotNullWhen(true, nameof(Refusal))]
    public bool IsRefused => Refusal is not null;

    /// <summary>All that the verb changed: of a set, each of its jobs, by name.</summary>
    public IReadOnlyList<RebuildJob> Jobs { get; init; } = Job is null ? [] : [Job];

    public static implicit operator RebuildAnswer(RebuildJob job) => new(job, null);

    public static implicit operator RebuildAnswer(Refusal refusal) => new(null, refusal);

    internal static RebuildAnswer Of(IReadOnlyList<RebuildJob> jobs) => new(jobs[0], null) { Jobs = jobs };
}

/// <summary>Why a verb on rebuilds is turned down.</summary>
public static class RebuildRefusals
{
    public static Refusal UnknownReadModel { get; } = new(
        "unknown-read-model", "There is no read model of this name in this domain.", RefusalKind.NotFound);

    public static Refusal UnknownRebuild { get; } = new("unknown-rebuild", "There is no such rebuild.", RefusalKind.NotFound);

    public static Refusal RebuildUnderWay { get; } = new(
        "rebuild-under-way", "This read model is being rebuilt or switched back already; wait for it or cancel it.", RefusalKind.Conflict);

    public static Refusal NothingToPause { get; } = new(
        "nothing-to-pause", "No rebuild of this read model is running.", RefusalKind.Conflict);

    public static Refusal NothingToResume { get; } = new(
        "nothing-to-resume", "No rebuild of this read model is paused.", RefusalKind.Conflict);

    public static Refusal NothingToCancel { get; } = new(
        "nothing-to-cancel", "No rebuild of this read model is running or paused.", RefusalKind.Conflict);

    public static Refusal NothingToThrottle { get; } = new(
        "nothing-to-throttle", "No rebuild of this read model is under way, or it has this limit already.", RefusalKind.Conflict);

    public static Refusal NothingToApprove { get; } = new(
        "nothing-to-approve", "No rebuild of this read model waits for its difference to be approved.", RefusalKind.Conflict);

    public static Refusal DifferenceNotApproved { get; } = new(
        "difference-not-approved", "Rows differ: look at them and approve the difference, or cancel the rebuild.", RefusalKind.Conflict);

    public static Refusal DifferenceNotAsSeen { get; } = new(
        "difference-not-as-seen", "The difference is not the one that was looked at: its fingerprint is another. Look again.", RefusalKind.Conflict);

    public static Refusal NothingToSwitchBack { get; } = new(
        "nothing-to-switch-back", "No replaced tables of this read model are kept.", RefusalKind.Conflict);

    public static Refusal NothingToDrop { get; } = new(
        "nothing-to-drop", "No replaced tables of this read model are kept.", RefusalKind.Conflict);

    public static IReadOnlyList<Refusal> All { get; } =
    [
        UnknownReadModel, UnknownRebuild, RebuildUnderWay, NothingToPause, NothingToResume, NothingToCancel, NothingToThrottle, NothingToApprove,
        DifferenceNotApproved, DifferenceNotAsSeen, NothingToSwitchBack, NothingToDrop,
    ];
}
