using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Lets a paused projection, or its paused rebuild, go on.</summary>
internal static class ResumeProjection
{
    public static Verb Verb(Surroundings here) => new PauseOrResume(
        "resume",
        "Lets a paused projection go on from where it stands. With --rebuild, its paused rebuild; differing rows that held it up are then accepted.",
        here,
        new PauseOrResume.Direction(
            "resumed",
            (consumers, consumer, ct) => consumers.Resume(consumer, ct),
            (rebuilds, name, actor, ct) => rebuilds.Resume(name, actor, ct),
            status => status.State == "never_run" ? "has never run: no daemon has taken it up" : "is not paused",
            RebuildState.Paused)).Verb("wya projections resume AccountHistory", "wya projections resume Users --rebuild");
}
