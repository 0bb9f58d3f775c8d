using System.Diagnostics;
using Wya.Prove.Outages;
using Wya.Testing.Http;

namespace Wya.Prove.BlockRaces;

/// <summary>Somebody looked for somebody.</summary>
/// <param name="Began">When the request was sent, by <see cref="Stopwatch"/>.</param>
/// <param name="Shown">They were found, or reached.</param>
/// <param name="Failed">No answer, or one of the server's own faults.</param>
internal readonly record struct Observation(Surface Surface, long Began, bool Shown, bool Failed);

/// <summary>What a race came to.</summary>
/// <param name="Leaks">Found or reached by a request that began when it held already.</param>
/// <param name="NaiveLeaks">The same for a reader who keeps for a while what they have read: the planted fault.</param>
internal readonly record struct RaceFindings(int Looks, int ShownBefore, int After, int Leaks, int NaiveLeaks, int Failed)
{
    public static RaceFindings operator +(RaceFindings one, RaceFindings other) => new(
        one.Looks + other.Looks, one.ShownBefore + other.ShownBefore, one.After + other.After, one.Leaks + other.Leaks,
        one.NaiveLeaks + other.NaiveLeaks, one.Failed + other.Failed);
}

/// <summary>
/// Both of a couple look for each other, each through another node, while something comes between them; and go on until
/// each has looked some more times after it held. What began before it held may have found them; nothing that began after.
/// </summary>
internal static class Race
{
    /// <param name="viaOne">The connection of the couple's first.</param>
    /// <param name="comeBetween">Returns the domains in which it does not hold yet, when it is over.</param>
    public static async Task<RaceFindings> Run(
        Couple couple, LeanApi viaOne, LeanApi viaOther, int looksAfter, Func<Task<IReadOnlyCollection<string>>> comeBetween, CancellationToken ct)
    {
        long holdsSince = long.MaxValue;
        List<Observation> byOne = [], byOther = [];
        Task looking = Task.WhenAll(
            Task.Run(() => Look(couple.One, couple.Other, viaOne, byOne), ct), Task.Run(() => Look(couple.Other, couple.One, viaOther, byOther), ct));
        IReadOnlyCollection<string> pending;
        try
        {
            pending = await comeBetween();
        }
        catch
        {
            Volatile.Write(ref holdsSince, 0); // the lookers end
            throw;
        }

        Volatile.Write(ref holdsSince, Stopwatch.GetTimestamp());
        await looking;
        return Judge([.. byOne, .. byOther], holdsSince, pending);

        async Task Look(Neighbour self, Neighbour other, LeanApi api, List<Observation> seen)
        {
            for (int after = 0; after < looksAfter;)
            {
                Surface surface = Surface.All[Random.Shared.Next(Surface.All.Count)];
                long began = Stopwatch.GetTimestamp();
                after += began >= Volatile.Read(ref holdsSince) ? 1 : 0;
                bool shown = false;
                Answered answer = await OutageTalk.Ask(
                    api, surface.Request(self, other, couple.Conversation), ct, reply => shown = surface.Shows(reply.Json, other, couple.Conversation));
                seen.Add(new Observation(surface, began, shown, answer.Status is 0 or >= 500));
            }
        }
    }

    public static RaceFindings Judge(IReadOnlyCollection<Observation> seen, long holdsSince, IReadOnlyCollection<string> pending)
    {
        Observation[] before = [.. seen.Where(one => one.Began < holdsSince)];
        Observation[] after = [.. seen.Where(one => one.Began >= holdsSince && !pending.Contains(one.Surface.Domain))];
        HashSet<Surface> kept = [.. before.Where(one => one.Shown).Select(one => one.Surface)];
        return new RaceFindings(
            seen.Count, before.Count(one => one.Shown), after.Length, after.Count(one => one.Shown),
            after.Count(one => kept.Contains(one.Surface)), seen.Count(one => one.Failed));
    }
}
