using Bogus;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>
/// A small town, the same for the same seed: people of all ages, most verified, some with permissions,
/// and some children who try to get in. Ages are so far from the borders of the layers that nobody changes layer while
/// the year lasts.
/// </summary>
internal sealed record Town(IReadOnlyList<Resident> Residents, IReadOnlyList<Child> Children)
{
    public const int PeopleMax = 100_000;

    private const int PeopleForEachChild = 20;
    private static readonly string[] NameLocales = ["en", "en", "en", "de", "fr", "es", "it", "nl", "pl", "tr", "sv", "ru", "el"];

    private sealed record Chances(Randomizer Random, Func<int, DateOnly> Born);

    public static Town Plan(int people, int seed, DateOnly today)
    {
        var random = new Randomizer(seed);
        Faker[] names = [.. NameLocales.Distinct().Select(locale => new Faker(locale) { Random = random })];
        HashSet<string> taken = new(StringComparer.Ordinal);

        // In the year now running they are or become so old, on whatever day.
        DateOnly Born(int age) => new DateOnly(today.Year - age, 1, 1).AddDays(random.Int(0, 364));
        string NewHandle() => UnusedHandle(random, names, taken);

        var chances = new Chances(random, Born);
        Resident[] residents = [.. Enumerable.Range(0, people).Select(_ => NewResident(chances, NewHandle(), today))];
        int children = Math.Max(1, people / PeopleForEachChild);
        return new Town(residents, [.. Enumerable.Range(0, children).Select(_ => new Child(NewHandle(), Born(random.Int(6, 12))))]);
    }

    private static Resident NewResident(Chances chances, string handle, DateOnly today)
    {
        Randomizer random = chances.Random;
        AgeLayer layer = random.WeightedRandom([AgeLayer.Minor, AgeLayer.Transitional, AgeLayer.Adult], [0.3f, 0.2f, 0.5f]);
        int age = layer switch
        {
            AgeLayer.Minor => random.Int(14, 17),
            AgeLayer.Transitional => random.Int(19, 21),
            _ => Math.Min(random.Int(23, 84), random.Int(23, 84)), // more young than old
        };
        DateOnly born = chances.Born(age);
        bool isVerified = random.Bool(0.6f);

        string[] grantable = [.. LayerPolicy.For(layer).Grantable.Where(name => name != Capability.Operate).Order(StringComparer.Ordinal)];
        string[] granted = random.Bool(0.12f) ? [random.ArrayElement(grantable)] : [];
        return new Resident(handle, born, layer, isVerified, granted);
    }

    /// <summary>By the rules of the house, and like nobody else's in the town.</summary>
    private static string UnusedHandle(Randomizer random, Faker[] names, HashSet<string> taken)
    {
        while (true)
        {
            Faker faker = names[Math.Min(random.Int(0, NameLocales.Length - 1), names.Length - 1)];
            string first = faker.Name.FirstName(), last = faker.Name.LastName();
            string typed = random.Int(0, 4) switch
            {
                0 => $"{first}.{last}",
                1 => $"{first}_{random.Int(2, 99)}",
                2 => first + last[..1],
                3 => $"{first}-{last}",
                _ => $"{last}{random.Int(1, 99)}",
            };
            string text = typed.Replace(" ", "", StringComparison.Ordinal).Replace("'", "", StringComparison.Ordinal).ToLowerInvariant();
            if (Handle.TryParse(text, out Handle? handle, out _) && !handle.IsReserved && !handle.Skeletons.Any(taken.Contains))
            {
                taken.UnionWith(handle.Skeletons);
                return handle.Text;
            }
        }
    }
}
