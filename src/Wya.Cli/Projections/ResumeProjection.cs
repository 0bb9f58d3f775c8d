using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Lets a paused projection, or its paused rebuild, go on.</summary>
internal static class ResumeProjection
{
    public static Verb Verb(Surroundings here) => new PauseOrResume(
        "resume",
        "Lets a paused projection go on from where it stands. With --rebuild, its paused rebuild; one that waits because rows differ is approved instead.",
        here,
        new PauseOrResume.Direction(
            "resumed",
            (consumers, consumer, by, ct) => consumers.Resume(consumer, by, ct),
            (rebuilds, name, by, ct) => rebuilds.Resume(name, by, ct),
            status => status.State == "never_run" ? "has never run: no daemon has taken it up" : "is not paused",
            RebuildState.Paused)).Verb("wya projections resume AccountHistory", "wya projections resume Users --rebuild");
}
