using System.CommandLine;
using Spectre.Console;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Moves conversations until each of messaging's databases holds its share of them, while people write.</summary>
internal static class SpreadConversations
{
    private static readonly TimeSpan FollowersWithin = TimeSpan.FromSeconds(3);

    private sealed record Wish(bool IsDryRun, string[] Without, Operator By);

    public static Verb Verb(Surroundings here)
    {
        Option<bool> dryRun = new("--dry-run") { Description = "Say what would move, and change nothing." };
        Option<string[]> without = new("--without")
        {
            Description = "Do not wait for this follower, which is turned off for good.", HelpName = "PROJECTION", AllowMultipleArgumentsPerToken = false,
        };
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "spread",
            "Moves conversations, a slot at a time, until each of messaging's databases holds as many slots as the others. People go on writing; a conversation that is under way waits for a moment. May be stopped and run again.",
            "wya messaging spread --dry-run",
            "wya messaging spread --reason \"a second database\"")
        {
            dryRun,
            without,
            reason,
            actor,
        };
        verb.SetAction((parsed, ct) => Run(
            here,
            new Wish(parsed.GetValue(dryRun), parsed.GetValue(without) ?? [], parsed.By(actor, reason)),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Wish wish, Answer answer, CancellationToken ct)
    {
        await using OpenDomains open = await OpenDomain.Open(here, null, ct).ConfigureAwait(false);
        var messaging = new MessagingParts(open);
        IReadOnlyList<PlannedMove> plan = SlotPlan.Even(await messaging.States(ct).ConfigureAwait(false));
        if (wish.IsDryRun)
        {
            await Tell(messaging, plan, answer, ct).ConfigureAwait(false);
            return ExitCodes.Done;
        }

        if (plan.Count == 0)
        {
            throw new VerbRefusedException($"Nothing to move: {Visible.Count(messaging.Logs.Count, "database")} of messaging hold as many slots as each other.");
        }

        SlotMove.Moved moved = answer.IsAnimated
            ? await answer.Console.Progress().StartAsync(bars =>
            {
                ProgressTask bar = bars.AddTask("Moving slots", maxValue: plan.Count);
                return Carry(here, messaging, plan, wish, answer, () => bar.Increment(1), ct);
            }).ConfigureAwait(false)
            : await Carry(here, messaging, plan, wish, answer, () => { }, ct).ConfigureAwait(false);
        answer.Give(
            new { Slots = plan.Count, moved.Streams, moved.Events },
            $"{Visible.Count(plan.Count, "slot")} moved, with {Visible.Count(moved.Streams, "conversation")} and {Visible.Count(moved.Events, "event")}.");
        return ExitCodes.Done;
    }

    private static async Task<SlotMove.Moved> Carry(
        Surroundings here, MessagingParts messaging, IReadOnlyList<PlannedMove> plan, Wish wish, Answer answer, Action done, CancellationToken ct)
    {
        var sum = new SlotMove.Moved(0, 0);
        foreach (PlannedMove one in plan)
        {
            // When nobody gives it any more, nothing is left to be taken but the slot itself.
            int from = one.From >= 0 ? one.From : (one.To + 1) % messaging.Logs.Count;
            SlotMove move = await messaging.Move(from, one.To, wish.Without, FollowersWithin, late => answer.Note($"{late}."), here.Clock, ct).ConfigureAwait(false);
            try
            {
                SlotMove.Moved moved = await move.Move(one.Slot, ct: ct).ConfigureAwait(false);
                sum = new SlotMove.Moved(sum.Streams + moved.Streams, sum.Events + moved.Events);
                await Operations.Of(messaging.Logs[one.To].Log).Record(
                    "move-slot", $"slot {one.Slot} from {messaging.Logs[from].Name}", wish.By, new { streams = moved.Streams, events = moved.Events }, ct).ConfigureAwait(false);
            }
            catch (FollowersBehindException behind)
            {
                throw new VerbRefusedException(
                    $"Slot {one.Slot} stays where it is: somebody who follows {messaging.Logs[from].Name} does not come along. What had moved before has moved; run it again, or name who is turned off with --without.",
                    cause: behind);
            }

            done();
        }

        return sum;
    }

    private static async Task Tell(MessagingParts messaging, IReadOnlyList<PlannedMove> plan, Answer answer, CancellationToken ct)
    {
        List<(string From, string To, int Slots, SlotMove.Moved Size)> rows = [];
        foreach (IGrouping<(int From, int To), PlannedMove> way in plan.GroupBy(move => (move.From, move.To)))
        {
            SlotMove.Moved size = way.Key.From < 0
                ? new SlotMove.Moved(0, 0)
                : await SlotMove.Count(messaging.Logs[way.Key.From].Log, [.. way.Select(move => move.Slot)], ct).ConfigureAwait(false);
            rows.Add((way.Key.From < 0 ? "-" : messaging.Logs[way.Key.From].Name, messaging.Logs[way.Key.To].Name, way.Count(), size));
        }

        answer.List(
            rows,
            row => new { row.From, row.To, row.Slots, row.Size.Streams, row.Size.Events },
            "Nothing would move.",
            new("from", row => row.From),
            new("to", row => row.To),
            new("slots", row => Visible.Count(row.Slots), true),
            new("conversations", row => Visible.Count(row.Size.Streams), true),
            new("events", row => Visible.Count(row.Size.Events), true));
    }
}
