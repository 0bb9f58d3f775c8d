using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Stops a projection, or its rebuild, until it is resumed.</summary>
internal static class PauseProjection
{
    public static Verb Verb(Surroundings here) => new PauseOrResume(
        "pause",
        "Stops a projection after the page under way; queries go on and see it grow older. With --rebuild, pauses its rebuild instead.",
        here,
        new PauseOrResume.Direction(
            "paused",
            (consumers, consumer, by, ct) => consumers.Pause(consumer, by, ct),
            (rebuilds, name, by, ct) => rebuilds.Pause(name, by, ct),
            status => status.State switch
            {
                "never_run" => "has never run: no daemon has taken it up",
                _ => "is paused already",
            },
            RebuildState.Running)).Verb("wya projections pause AccountHistory", "wya projections pause Users --rebuild");
}
