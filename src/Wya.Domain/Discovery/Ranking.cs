using System.Buffers.Binary;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Domain.Discovery;

/// <summary>Somebody with all that moved them.</summary>
/// <param name="Score">The sum of the factors, exactly.</param>
public sealed record RankedPerson(UserId Id, decimal Score, IReadOnlyList<Factor> Factors);

/// <summary>
/// Who is shown, in which order and why: a pure function of a viewer, candidates and a day.
/// The base is nearness and trust, by the viewer's weights; what the two have to do with each other multiplies it; whoever
/// repeats a tier and a trust band that stands above them already loses a part, so that the few who are shown are not all alike. Each
/// step is kept as what it adds, rounded to ten-thousandths, so that the sum of what is explained is the score.
/// Two of one score stand in an order drawn from viewer and day: it is the same however often one asks, and tells nothing
/// of who is nearer. Nothing counts how popular anybody is.
/// </summary>
public static class Ranking
{
    public const decimal OfFriend = 0.10m;
    public const decimal OfSameRoom = 0.05m;
    public const decimal OfActiveChat = 0.05m;
    public const decimal OfRepetition = -0.05m;

    private sealed record Scored(Candidate Person, RankedPerson Ranked, ulong Draw);

    /// <param name="day">Of the viewer's draw.</param>
    /// <param name="limit">Fewer or more than are shown, for who looks again at rows before anything is shown.</param>
    public static IReadOnlyList<RankedPerson> Rank(
        Viewer viewer, IEnumerable<Candidate> candidates, DateOnly day, int limit = DiscoveryPolicy.ResultsMax)
    {
        List<Scored> scored = [];
        foreach (Candidate person in candidates)
        {
            if (Hindrances.Between(viewer, person) is null)
            {
                scored.Add(new Scored(person, Score(viewer.Preferences, person), Draw(viewer.Id, day, person.Id)));
            }
        }

        return [.. Ordered(viewer.Preferences.Order, Varied(Ordered(viewer.Preferences.Order, scored))).Take(limit).Select(one => one.Ranked)];
    }

    /// <summary>Before anybody else is looked at.</summary>
    public static RankedPerson Score(DiscoveryPreferences preferences, Candidate person)
    {
        decimal proximity = preferences.ProximityPercent / 100m;
        (string tier, decimal nearness) = Nearness(person.Tier);
        (string band, decimal trust) = Trust(person.Trust);
        List<Factor> factors = [Factor.Of(tier, proximity * nearness), Factor.Of(band, (1 - proximity) * trust)];
        decimal score = factors[0].Contribution + factors[1].Contribution;
        Multiply(person.Relation == Relation.Friend, FactorCode.Friend, OfFriend);
        Multiply(person.IsInSameRoom, FactorCode.SameRoom, OfSameRoom);
        Multiply(person.IsInTalk, FactorCode.ActiveChat, OfActiveChat);
        return new RankedPerson(person.Id, score, factors);

        void Multiply(bool holds, string code, decimal part)
        {
            if (holds)
            {
                factors.Add(Factor.Of(code, score * part));
                score += factors[^1].Contribution;
            }
        }
    }

    /// <summary>What a tier comes to, from 0 to 1, with its code.</summary>
    public static (string Code, decimal Value) Nearness(LocationTier? tier) => tier switch
    {
        LocationTier.Immediate => (FactorCode.Immediate, 1m),
        LocationTier.Nearby => (FactorCode.Nearby, 0.75m),
        LocationTier.Local => (FactorCode.Local, 0.5m),
        LocationTier.City => (FactorCode.City, 0.25m),
        null => (FactorCode.NoTier, 0m),
        _ => throw new ArgumentOutOfRangeException(nameof(tier), tier, null),
    };

    /// <summary>What a band comes to, from 0 to 1, with its code.</summary>
    public static (string Code, decimal Value) Trust(TrustBand band) => band switch
    {
        TrustBand.High => (FactorCode.TrustHigh, 1m),
        TrustBand.Medium => (FactorCode.TrustMedium, 0.6m),
        TrustBand.Low => (FactorCode.TrustLow, 0.3m),
        _ => throw new ArgumentOutOfRangeException(nameof(band), band, null),
    };

    public static TrustBand Band(decimal score) => score >= 0.7m ? TrustBand.High : score >= 0.4m ? TrustBand.Medium : TrustBand.Low;

    /// <summary>The place in the draw of a day: the same for the same three, and unlike for any other.</summary>
    public static ulong Draw(UserId viewer, DateOnly day, UserId person)
    {
        Span<byte> bytes = stackalloc byte[32];
        viewer.Value.TryWriteBytes(bytes);
        person.Value.TryWriteBytes(bytes[16..]);
        ulong draw = (ulong)day.DayNumber;
        for (int at = 0; at < bytes.Length; at += sizeof(ulong))
        {
            draw = Mixed(draw ^ BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]));
        }

        return draw;
    }

    private static List<Scored> Varied(IEnumerable<Scored> inOrder)
    {
        HashSet<(LocationTier?, TrustBand)> seen = [];
        return inOrder.Select(one => seen.Add((one.Person.Tier, one.Person.Trust)) ? one : one with { Ranked = Repeated(one.Ranked) }).ToList();
    }

    private static RankedPerson Repeated(RankedPerson one)
    {
        var repeated = Factor.Of(FactorCode.Repeated, one.Score * OfRepetition);
        return one with { Score = one.Score + repeated.Contribution, Factors = [.. one.Factors, repeated] };
    }

    private static IEnumerable<Scored> Ordered(DiscoveryOrder order, IEnumerable<Scored> people) => order == DiscoveryOrder.Ranked
        ? people.OrderByDescending(one => one.Ranked.Score).ThenBy(one => one.Draw).ThenBy(one => one.Person.Id.Value)
        : people.OrderByDescending(one => one.Person.CameIn).ThenBy(one => one.Draw).ThenBy(one => one.Person.Id.Value);

    /// <summary>A step that leaves no bit where it was.</summary>
    private static ulong Mixed(ulong value)
    {
        value += 0x9E3779B97F4A7C15;
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
        return value ^ (value >> 31);
    }
}
