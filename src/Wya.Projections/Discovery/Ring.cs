namespace Wya.Projections.Discovery;

/// <summary>
/// The people of one layer in one cell, on a ring in an order that is drawn from their ids and says nothing of where in the
/// cell anybody is, when they came, or how many friends they have. Whoever needs a few of many begins at a place of their own
/// and goes round: the same few however often they ask, others for another viewer.
/// Cost: finding a place is a search by halves; a person who comes or goes moves the rest of the array.
/// </summary>
internal sealed class Ring
{
    private readonly List<Resident> people = [];

    public int Count => people.Count;

    public void Add(Resident person)
    {
        int at = Place(person.Draw);
        while (at < people.Count && people[at].Draw == person.Draw && people[at].Id.CompareTo(person.Id) < 0)
        {
            at++;
        }

        people.Insert(at, person);
    }

    public void Remove(Resident person)
    {
        for (int at = Place(person.Draw); at < people.Count && people[at].Draw == person.Draw; at++)
        {
            if (people[at] == person)
            {
                people.RemoveAt(at);
                return;
            }
        }
    }

    /// <summary>The first at a place or beyond it.</summary>
    public int Place(ulong draw)
    {
        int low = 0, high = people.Count;
        while (low < high)
        {
            int middle = (low + high) >>> 1;
            (low, high) = people[middle].Draw < draw ? (middle + 1, high) : (low, middle);
        }

        return low;
    }

    /// <param name="step">How many have been passed from the place on; beyond the end it goes on at the beginning.</param>
    public Resident At(int place, int step) => people[(place + step) % people.Count];

    /// <summary>Some of several rings together, as of one ring with all of them: each person is as likely as any other.</summary>
    public static IEnumerable<Resident> Some(IReadOnlyList<Ring> rings, ulong from)
    {
        (Ring Ring, int Place, int Step)[] at = [.. rings.Where(ring => ring.Count > 0).Select(ring => (ring, ring.Place(from), 0))];
        while (true)
        {
            int nearest = -1;
            ulong least = 0;
            for (int i = 0; i < at.Length; i++)
            {
                if (at[i].Step < at[i].Ring.Count)
                {
                    ulong distance = unchecked(at[i].Ring.At(at[i].Place, at[i].Step).Draw - from);
                    (nearest, least) = nearest < 0 || distance < least ? (i, distance) : (nearest, least);
                }
            }

            if (nearest < 0)
            {
                yield break;
            }

            yield return at[nearest].Ring.At(at[nearest].Place, at[nearest].Step++);
        }
    }
}
