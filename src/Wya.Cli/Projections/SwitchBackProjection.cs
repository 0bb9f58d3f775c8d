using System.CommandLine;

namespace Wya.Cli;

/// <summary>Puts the tables that the last swap replaced back, caught up.</summary>
internal static class SwitchBackProjection
{
    public static Verb Verb(Surroundings here)
    {
        Argument<string> projection = SharedOptions.Projection();
        var shared = new RebuildVerbOptions(here);
        var verb = new Verb(
            "switch-back",
            "Catches up the tables that the last rebuild replaced, and puts them back in their place, with those that were swapped with them. They are kept for a limited time.",
            "wya projections switch-back Users",
            "wya projections switch-back Users --reason \"Rows are missing\" --detach")
        {
            projection,
        };
        shared.AddTo(verb);
        verb.SetAction((parsed, ct) => shared.OrderAndFollow(
            parsed,
            [parsed.GetRequiredValue(projection)],
            (rebuilds, names, by) => rebuilds.SwitchBack(names[0], by, ct),
            ct));
        return verb;
    }
}
