using System.Globalization;
using Wya.Capacity;

const string usage =
    """
    usage: capacity [--people N] [--write]

    What so many people need in nodes, databases, Redis and storage, from the measured costs in bench/results/costs-DATE.md.

      --people N   for N people (1,000 to 1,000,000,000) instead of 1, 10 and 100 million
      --write      puts the tables into docs/explanation/capacity.md
    """;

double[] people = CapacityPage.Sizes;
bool write = false;
for (int i = 0; i < args.Length; i++)
{
    if (args[i] == "--write")
    {
        write = true;
    }
    else if (args[i] == "--people" && i + 1 < args.Length
        && double.TryParse(args[i + 1], NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out double count) && count is >= 1_000 and <= 1e9)
    {
        people = [count];
        i++;
    }
    else
    {
        bool isAsked = args[i] is "--help" or "-h";
        await (isAsked ? Console.Out : Console.Error).WriteLineAsync(usage);
        return isAsked ? 0 : 2;
    }
}

string root = Directory.GetCurrentDirectory(); // ./dev runs it at the top
string results = CapacityPage.Results(root);
var measured = new Measured(await File.ReadAllTextAsync(results));
if (write)
{
    string path = Path.Combine(root, CapacityPage.Page);
    await File.WriteAllTextAsync(path, CapacityPage.Reckon(await File.ReadAllTextAsync(path), measured));
    Console.WriteLine($"{CapacityPage.Page} holds the tables of {Path.GetFileName(results)}.");
    return 0;
}

Console.WriteLine($"From {Path.GetFileName(results)}.\n");
Console.WriteLine(Tables.Costs(measured));
Console.WriteLine(Tables.Points(measured));
Console.WriteLine(Tables.Needs(measured, new Habits(), people));
Console.WriteLine(Tables.Walls(measured, new Habits()));
return 0;
