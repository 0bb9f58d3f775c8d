using System.Diagnostics.CodeAnalysis;

namespace Wya.EventStore.Postgres;

/// <summary>What an operator's verb came to: the job as it left it, or one refusal.</summary>
public sealed record RebuildAnswer(RebuildJob? Job, Refusal? Refusal)
{
    [MemberNotNullWhen(false, nameof(Job))]
    [MemberNotNullWhen(true, nameof(Refusal))]
    public bool IsRefused => Refusal is not null;

    public static implicit operator RebuildAnswer(RebuildJob job) => new(job, null);

    public static implicit operator RebuildAnswer(Refusal refusal) => new(null, refusal);
}

/// <summary>Why a verb on rebuilds is turned down.</summary>
public static class RebuildRefusals
{
    public static Refusal UnknownReadModel { get; } = new(
        "unknown-read-model", "There is no read model of this name in this domain.", RefusalKind.NotFound);

    public static Refusal RebuildUnderWay { get; } = new(
        "rebuild-under-way", "This read model is being rebuilt or switched back already; wait for it or cancel it.", RefusalKind.Conflict);

    public static Refusal NothingToPause { get; } = new(
        "nothing-to-pause", "No rebuild of this read model is running.", RefusalKind.Conflict);

    public static Refusal NothingToResume { get; } = new(
        "nothing-to-resume", "No rebuild of this read model is paused.", RefusalKind.Conflict);

    public static Refusal NothingToCancel { get; } = new(
        "nothing-to-cancel", "No rebuild of this read model is running or paused.", RefusalKind.Conflict);

    public static Refusal NothingToSwitchBack { get; } = new(
        "nothing-to-switch-back", "No replaced tables of this read model are kept.", RefusalKind.Conflict);

    public static Refusal NothingToDrop { get; } = new(
        "nothing-to-drop", "No replaced tables of this read model are kept.", RefusalKind.Conflict);

    public static IReadOnlyList<Refusal> All { get; } =
        [UnknownReadModel, RebuildUnderWay, NothingToPause, NothingToResume, NothingToCancel, NothingToSwitchBack, NothingToDrop];
}
