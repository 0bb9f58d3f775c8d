using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>One stream that was set aside: why, what waits behind it, and what was decided before.</summary>
internal static class ShowDeadLetter
{
    private static readonly TableColumn<DeadLetterDecision>[] Columns =
    [
        new("decided", row => Visible.Time(row.DecidedAt)),
        new("position", row => Visible.Count(row.Position), IsNumber: true),
        new("decision", row => row.Decision),
        new("by", row => row.Actor),
        new("reason", row => row.Reason),
    ];

    public static Verb Verb(Surroundings here)
    {
        var arguments = new DeadLetterArguments(here);
        var verb = new Verb(
            "show",
            "Why a stream was set aside, what waits behind it, and what was decided about it before.",
            "wya dead-letters show AccountHistory 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11")
        {
            arguments.Projection,
            arguments.Stream,
            arguments.Domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(arguments.Domain), ct).ConfigureAwait(false);
            Consumer consumer = open.Consumer(parsed.GetRequiredValue(arguments.Projection));
            Guid stream = parsed.GetValue(arguments.Stream);
            (DeadLetter letter, IReadOnlyList<DeadLetterDecision> decisions) =
                await Wya.EventStore.Postgres.DeadLetters.Show(consumer, stream, ct).ConfigureAwait(false)
                ?? throw DeadLetterArguments.NotParked(consumer.Name, stream);
            Tell(new Answer(here, parsed.GetValue(SharedOptions.Json)), letter, decisions);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Tell(Answer answer, DeadLetter letter, IReadOnlyList<DeadLetterDecision> decisions)
    {
        if (answer.IsJson)
        {
            answer.Give(new { DeadLetter = letter, Decisions = decisions }, "");
            return;
        }

        string next = letter.State == "dead"
            ? "it waits for a decision"
            : letter.NextRetryAt is { } time ? $"it is retried at {Visible.Time(time)}" : "it is due to be retried now";
        answer.Say($"{letter.Consumer} set aside {letter.StreamId} at {Visible.Time(letter.ParkedAt)}: {next}.");
        answer.Say($"  fails at   position {Visible.Count(letter.Position)} ({letter.EventType ?? "no such event"})");
        answer.Say($"  error      {letter.Error}");
        answer.Say($"  attempts   {Visible.Count(letter.Attempts)}");
        answer.Say($"  waiting    {Visible.Count(letter.EventsWaiting, "event")}, this one included");
        if (decisions.Count > 0)
        {
            answer.Table(decisions, Columns);
        }
    }
}
