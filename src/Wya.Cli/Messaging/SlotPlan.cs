namespace Wya.Cli;

/// <param name="From">The log that holds it, or is giving it.</param>
internal sealed record PlannedMove(int Slot, int From, int To);

/// <summary>
/// Which slots have to move for all of messaging's logs to hold as many as the others, give or take one: as few as that needs.
/// Moves that were begun and not ended come first, whatever they were begun for.
/// </summary>
internal static class SlotPlan
{
    /// <param name="states">Of each log, the states of its slots.</param>
    public static IReadOnlyList<PlannedMove> Even(IReadOnlyList<string[]> states)
    {
        int count = states[0].Length, partitions = states.Count;
        List<PlannedMove> begun = [], planned = [];
        int[] home = new int[count];
        for (int slot = 0; slot < count; slot++)
        {
            int coming = Holder(states, slot, "coming");
            int giving = Holder(states, slot, "leaving") is var leaving and >= 0 ? leaving : Holder(states, slot, "here");
            home[slot] = coming >= 0 ? coming : giving;
            if (coming >= 0)
            {
                begun.Add(new PlannedMove(slot, giving, coming)); // given away already when nobody gives it
            }
        }

        List<int>[] held = [.. Enumerable.Range(0, partitions).Select(one => Enumerable.Range(0, count).Where(slot => home[slot] == one).ToList())];
        int Share(int one) => (count / partitions) + (one < count % partitions ? 1 : 0);
        for (int to = 0; to < partitions; to++)
        {
            while (held[to].Count < Share(to))
            {
                int from = Enumerable.Range(0, partitions).First(one => held[one].Count > Share(one));
                int slot = held[from][^1];
                held[from].RemoveAt(held[from].Count - 1);
                held[to].Add(slot);
                planned.Add(new PlannedMove(slot, from, to));
            }
        }

        HashSet<int> underWay = [.. begun.Select(move => move.Slot)];
        return [.. begun, .. planned.Where(move => !underWay.Contains(move.Slot))];
    }

    private static int Holder(IReadOnlyList<string[]> states, int slot, string state) =>
        Enumerable.Range(0, states.Count).FirstOrDefault(one => states[one][slot] == state, -1);
}
