namespace Wya.Capacity;

/// <summary>The page, and the results that it rests on.</summary>
internal static class CapacityPage
{
    public const string Page = "docs/explanation/capacity.md";

    public static readonly double[] Sizes = [1e6, 10e6, 100e6];

    /// <summary>The newest committed table of costs.</summary>
    public static string Results(string root) => Directory.GetFiles(Path.Combine(root, "bench", "results"), "costs-*.md").Max()
        ?? throw new FileNotFoundException("There is no table of costs: ./dev bench costs --write makes one.");

    /// <summary>The page with every table reckoned anew.</summary>
    public static string Reckon(string page, Measured measured)
    {
        var habits = new Habits();
        page = Tables.Put(page, "costs", Tables.Costs(measured));
        page = Tables.Put(page, "points", Tables.Points(measured));
        page = Tables.Put(page, "needs", Tables.Needs(measured, habits, Sizes));
        return Tables.Put(page, "walls", Tables.Walls(measured, habits));
    }
}
