using System.CommandLine;

namespace Wya.Cli;

/// <summary>Orders a rebuild, which a worker carries out in another process, and follows it.</summary>
internal static class RebuildProjection
{
    public static Verb Verb(Surroundings here)
    {
        Option<bool> hold = new("--hold-on-difference")
        {
            Description = "Pause before the swap when the new tables differ from the live ones at equal position; resume --rebuild then accepts the difference.",
        };
        Argument<string> projection = SharedOptions.Projection();
        var shared = new RebuildVerbOptions(here);
        var verb = new Verb(
            "rebuild",
            "Fills new tables from the whole log and puts them in the place of the live ones, which serve until then. A worker carries it out: a running API is one.",
            "wya projections rebuild Users",
            "wya projections rebuild Users --hold-on-difference",
            "wya projections rebuild AccountHistory --detach --json")
        {
            projection,
            hold,
        };
        shared.AddTo(verb);
        verb.SetAction((parsed, ct) => shared.OrderAndFollow(
            parsed,
            parsed.GetRequiredValue(projection),
            (rebuilds, name, actor) => rebuilds.Request(name, actor, parsed.GetValue(hold), ct),
            ct));
        return verb;
    }
}
