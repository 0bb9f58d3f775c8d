using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Skips the event that a stream stumbles over, for this projection and for ever; the rest of the stream resumes.</summary>
internal static class DiscardDeadLetter
{
    public static Verb Verb(Surroundings here)
    {
        var arguments = new DeadLetterArguments(here);
        arguments.Reason.Required = true;
        var verb = new Verb(
            "discard",
            "Skips the failing event for this projection; what waits behind it resumes in order. The event itself stays in the log; a rebuild leaves it out too.",
            "wya dead-letters discard AccountHistory 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --reason \"Written by a fault of 1.4.1; harmless here\"")
        {
            arguments.Projection,
            arguments.Stream,
            arguments.Reason,
            arguments.Actor,
            arguments.Domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(arguments.Domain), ct).ConfigureAwait(false);
            Consumer consumer = open.Consumer(parsed.GetRequiredValue(arguments.Projection));
            DeadLetterChange change = await Wya.EventStore.Postgres.DeadLetters.Discard(
                consumer,
                parsed.GetValue(arguments.Stream),
                parsed.By(arguments.Actor, arguments.Reason),
                ct).ConfigureAwait(false);
            if (change.Refusal is { } refusal)
            {
                throw new VerbRefusedException($"{consumer.Name}: {refusal.Reason}");
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(
                new { Projection = consumer.Name, change.Streams, change.EventsDiscarded, change.EventsWaiting },
                $"{Visible.Count(change.EventsDiscarded, "event")} discarded for {consumer.Name}; the rest of the stream, {Visible.Count(change.EventsWaiting, "event")}, resumes now.");
            return ExitCodes.Done;
        });
        return verb;
    }
}
