using Bogus;
using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>
/// Who is with whom in a town; the same for the same town and seed. Everybody has one to five friends of
/// their own age layer. Only minors block each other: older people talk, and a block would end that.
/// </summary>
internal sealed record TownTies(IReadOnlyList<PlannedTie> Ties)
{
    public const int FriendsMax = 5;

    private const int MoreFriendsTried = 3;
    private const int Blocks = 2;
    private const int BlocksTried = 20;

    public static TownTies Plan(Town town, int seed)
    {
        var random = new Randomizer(unchecked(seed * 31 + 23));
        List<PlannedTie> ties = [];
        foreach (AgeLayer layer in Enum.GetValues<AgeLayer>())
        {
            int[] people = [.. random.Shuffle(Enumerable.Range(0, town.Residents.Count)
                .Where(i => town.Residents[i].AgeLayer == layer))];
            if (people.Length > 1)
            {
                ties.AddRange(new Layer(random, people).Plan(mayBlock: layer == AgeLayer.Minor));
            }
        }

        return new TownTies(ties);
    }

    /// <summary>Between two people there is one thing at most, so that the order of doing does not matter.</summary>
    private sealed class Layer(Randomizer random, int[] people)
    {
        private readonly HashSet<(int, int)> pairs = [];
        private readonly Dictionary<int, int> friends = people.ToDictionary(person => person, _ => 0);
        private readonly List<PlannedTie> ties = [];

        public List<PlannedTie> Plan(bool mayBlock)
        {
            // Everybody knows the next one, so nobody is without a friend; then some know more.
            foreach ((int one, int other) in people.Zip(people.Skip(1)))
            {
                Add(one, other, TieKind.Friendship);
            }

            foreach (int person in people)
            {
                for (int more = random.Int(0, MoreFriendsTried); more > 0; more--)
                {
                    Add(person, random.ArrayElement(people), TieKind.Friendship);
                }

                if (random.Bool(0.4f))
                {
                    Add(person, random.ArrayElement(people), TieKind.Follow);
                }

                if (random.Bool(0.1f))
                {
                    Add(person, random.ArrayElement(people), TieKind.Request);
                }
            }

            for (int i = 0; mayBlock && i < BlocksTried && ties.Count(tie => tie.Kind == TieKind.Block) < Blocks; i++)
            {
                Add(random.ArrayElement(people), random.ArrayElement(people), TieKind.Block);
            }

            return ties;
        }

        /// <summary>Unless it cannot be.</summary>
        private void Add(int one, int other, TieKind kind)
        {
            bool isFull = kind == TieKind.Friendship && (friends[one] == FriendsMax || friends[other] == FriendsMax);
            if (one == other || isFull || !pairs.Add((Math.Min(one, other), Math.Max(one, other))))
            {
                return;
            }

            ties.Add(new PlannedTie(one, other, kind));
            if (kind == TieKind.Friendship)
            {
                friends[one]++;
                friends[other]++;
            }
        }
    }
}

internal enum TieKind
{
    /// <summary>Both have asked.</summary>
    Friendship,

    /// <summary>To be friends, and nobody answers it.</summary>
    Request,

    Follow,

    Block,
}

/// <param name="One">Place in the town's list: who asks, follows or blocks the other.</param>
internal sealed record PlannedTie(int One, int Other, TieKind Kind);
