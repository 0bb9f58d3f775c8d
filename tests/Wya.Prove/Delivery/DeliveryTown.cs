using Wya.Testing.Http;

namespace Wya.Prove.Delivery;

/// <summary>Who talks with whom.</summary>
/// <param name="Conversations">With the indexes of those who take part.</param>
internal sealed record DeliveryTown(IReadOnlyList<Neighbour> People, IReadOnlyList<(Guid Id, int[] Participants)> Conversations)
{
    private const int GroupSizeMin = 3;

    /// <summary>Two fifths of the conversations are direct; groups grow up to half of all people. Everybody takes part in something.</summary>
    public static async Task<DeliveryTown> Settle(Uri node, int people, int conversations, CancellationToken ct)
    {
        Neighbour[] all = await Neighbours.Register(node, people, ct: ct);
        using var api = new LeanApi(node);
        await Neighbours.UntilKnown(node, all[0], people, ct);
        List<(Guid, int[])> made = [];
        int direct = conversations * 2 / 5, groups = conversations - direct;
        for (int i = 0; i < direct; i++)
        {
            int[] both = [(2 * i) % people, ((2 * i) + 1) % people];
            made.Add((await Neighbours.Acquaint(api, all[both[0]], all[both[1]], ct), both));
        }

        int next = 0;
        for (int i = 0; i < groups; i++)
        {
            int size = GroupSizeMin + ((people / 2 - GroupSizeMin) * i / Math.Max(1, groups - 1));
            int[] members = [.. Enumerable.Range(0, size).Select(n => (next + n) % people)];
            next = (next + size) % people;
            made.Add((await Neighbours.Gather(api, all[members[0]], members[1..].Select(member => all[member]), ct), members));
        }

        return new DeliveryTown(all, made);
    }

    public IReadOnlyList<Guid> Of(int person) => [.. Conversations.Where(one => one.Participants.Contains(person)).Select(one => one.Id)];

    public (Guid Id, int[] Participants) Largest => Conversations.MaxBy(one => one.Participants.Length);
}
