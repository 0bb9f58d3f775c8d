using System.Globalization;
using Wya.Projections.Rooms;
using Wya.Prove.Servers;

namespace Wya.Prove.RoomFaults;

/// <summary>A publisher in a process of its own, which is killed.</summary>
internal static class RoomFaultWorker
{
    public static async Task Run(CancellationToken ct)
    {
        (WorkerSide side, PublisherPlan plan) = WorkerSide.Begin<PublisherPlan>();
        await using var publisher = new Publisher(plan);
        side.Say("ready");
        while (true)
        {
            string[] order = (await side.Hear("publish")).Split(' ');
            Publications.Outcome outcome = await publisher.Publish(Guid.Parse(order[0]), Guid.Parse(order[1]), Guid.Parse(order[2]), order[3]);
            side.Say(string.Create(CultureInfo.InvariantCulture, $"done {outcome.Published?.Version ?? 0}"));
        }
    }
}
