using System.CommandLine;
using System.CommandLine.Parsing;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Makes streams that were set aside due now; the projection's leader then applies what waits, in order.</summary>
internal static class RetryDeadLetter
{
    public static Verb Verb(Surroundings here)
    {
        var arguments = new DeadLetterArguments(here);
        Argument<Guid> stream = arguments.Stream;
        stream.Arity = ArgumentArity.ZeroOrOne;
        Option<bool> all = new("--all") { Description = "Every dead letter of the projection." };
        Option<bool> dryRun = new("--dry-run")
        {
            Description = "Apply what waits with this build's code in a transaction that is rolled back, and say how far it got.",
        };
        var verb = new Verb(
            "retry",
            "Retries a stream, or all dead letters of a projection: after a fix, or once what they stumbled over has been put right.",
            "wya dead-letters retry AccountHistory 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --dry-run",
            "wya dead-letters retry AccountHistory 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --reason \"Fixed in 1.4.2\"",
            "wya dead-letters retry AccountHistory --all --reason \"Fixed in 1.4.2\"")
        {
            arguments.Projection,
            stream,
            all,
            dryRun,
            arguments.Reason,
            arguments.Actor,
            arguments.Domain,
        };
        verb.Validators.Add(result => Validate(result, stream, all, dryRun, arguments.Reason));
        verb.SetAction(async (parsed, ct) =>
        {
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(arguments.Domain), ct, opensSealed: parsed.GetValue(dryRun)).ConfigureAwait(false);
            Consumer consumer = open.Consumer(parsed.GetRequiredValue(arguments.Projection));
            if (parsed.GetValue(dryRun))
            {
                return await Try(consumer, parsed.GetValue(stream), answer, ct).ConfigureAwait(false);
            }

            Operator by = parsed.By(arguments.Actor, arguments.Reason);
            DeadLetterChange change = parsed.GetValue(all)
                ? await Wya.EventStore.Postgres.DeadLetters.RetryAll(consumer, by, ct).ConfigureAwait(false)
                : await Wya.EventStore.Postgres.DeadLetters.Retry(consumer, parsed.GetValue(stream), by, ct).ConfigureAwait(false);
            if (change.Refusal is { } refusal)
            {
                throw new VerbRefusedException($"{consumer.Name}: {refusal.Reason}");
            }

            answer.Give(
                new { Projection = consumer.Name, change.Streams, change.EventsWaiting },
                $"{Visible.Count(change.Streams, "stream")} with {Visible.Count(change.EventsWaiting, "event")} {(change.Streams == 1 ? "is" : "are")} retried now by the leader of {consumer.Name}.");
            return ExitCodes.Done;
        });
        return verb;
    }

    private static void Validate(CommandResult result, Argument<Guid> stream, Option<bool> all, Option<bool> dryRun, Option<string?> reason)
    {
        bool hasStream = result.GetResult(stream) is { Tokens.Count: > 0 };
        if (hasStream == result.GetValue(all))
        {
            result.AddError("Give a stream, or --all.");
        }
        else if (result.GetValue(dryRun) && !hasStream)
        {
            result.AddError("--dry-run takes one stream.");
        }
        else if (!result.GetValue(dryRun) && string.IsNullOrWhiteSpace(result.GetValue(reason)))
        {
            result.AddError("Give a --reason; it is kept with the decision.");
        }
    }

    private static async Task<int> Try(Consumer consumer, Guid stream, Answer answer, CancellationToken ct)
    {
        DryRun run = await new Wya.EventStore.Postgres.DeadLetters().DryRun(consumer, stream, ct).ConfigureAwait(false)
            ?? throw DeadLetterArguments.NotParked(consumer.Name, stream);
        if (answer.IsJson)
        {
            answer.Give(new { Projection = consumer.Name, StreamId = stream, run.Applied, run.FailsAt, run.Error, run.Remaining }, "");
        }

        if (run.FailsAt is { } position)
        {
            answer.Note(
                $"It would fail again at position {Visible.Count(position)} ({run.Error}), after {Visible.Count(run.Applied, "event")}; nothing was changed.");
            return ExitCodes.Refused;
        }

        string beyond = run.Remaining > 0 ? $"; {Visible.Count(run.Remaining)} more were not tried" : "";
        answer.Say($"{Visible.Count(run.Applied, "event")} would be applied{beyond}. Nothing was changed.");
        return ExitCodes.Done;
    }
}
