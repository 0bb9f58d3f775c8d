using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Releases, in order, the streams that go through with the code of this build; the others stay.</summary>
internal static class ReleaseDeadLetters
{
    public static Verb Verb(Surroundings here)
    {
        var arguments = new DeadLetterArguments(here);
        arguments.Reason.Required = true;
        var verb = new Verb(
            "release",
            "Tries every stream that is set aside with this build's code, and has those that go through retried now, in order; the others stay as they are.",
            "wya dead-letters release AccountHistory --reason \"Fixed in 1.4.2\"")
        {
            arguments.Projection,
            arguments.Reason,
            arguments.Actor,
            arguments.Domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(arguments.Domain), ct, opensSealed: true).ConfigureAwait(false);
            Consumer consumer = open.Consumer(parsed.GetRequiredValue(arguments.Projection));
            ParkedRelease released = await new EventStore.Postgres.DeadLetters().ReleasePassing(
                consumer,
                parsed.By(arguments.Actor, arguments.Reason),
                answer.IsAnimated ? done => answer.Note($"{Visible.Count(done.Tried)} tried, {Visible.Count(done.Released)} released") : null,
                ct).ConfigureAwait(false);
            if (released.Refusal is { } refusal)
            {
                throw new VerbRefusedException($"{consumer.Name}: {refusal.Reason}");
            }

            answer.Give(
                new { Projection = consumer.Name, released.Tried, released.Released, released.Failing, released.EventsWaiting },
                $"{Visible.Count(released.Released, "stream")} with {Visible.Count(released.EventsWaiting, "event")} released to the leader of {consumer.Name}; {Visible.Count(released.Failing)} would fail again and {(released.Failing == 1 ? "stays" : "stay")}.");
            return ExitCodes.Done;
        });
        return verb;
    }
}
