using System.CommandLine;
using System.CommandLine.Parsing;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Orders a rebuild, which a worker carries out in another process, and follows it.</summary>
internal static class RebuildProjection
{
    public static Verb Verb(Surroundings here)
    {
        Argument<string[]> projections = new("projection")
        {
            Description = "The projection's name, as projections list shows it; several are swapped together, in one transaction.", Arity = ArgumentArity.OneOrMore,
        };
        Option<int?> rate = ThrottleRebuild.Rate();
        Option<bool> forecast = new("--forecast") { Description = "Only say how long it will take and what it will read and write." };
        Option<Guid?> stream = new("--stream") { Description = "Only the rows that this stream's events touch, written where they differ; ends with 1 when none does.", HelpName = "ID" };
        Option<string?> key = new("--key") { Description = "Likewise the rows of this key: the values of its columns, joined by commas.", HelpName = "KEY" };
        var shared = new RebuildVerbOptions(here);
        var verb = new Verb(
            "rebuild",
            "Fills new tables from the whole log and puts them in the place of the live ones, which serve until then. Where rows differ it waits to be approved. A worker carries it out: a running API is one.",
            "wya projections rebuild Users --forecast",
            "wya projections rebuild Users --reason \"New in 1.4.2\"",
            "wya projections rebuild AccountHistory PermissionAudit --rate 5000 --detach",
            "wya projections rebuild Users --stream 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11")
        {
            projections,
            forecast,
            rate,
            stream,
            key,
        };
        shared.AddTo(verb);
        verb.Validators.Add(result => Validate(result, projections, rate, forecast, stream, key));
        verb.SetAction((parsed, ct) =>
        {
            string[] names = parsed.GetRequiredValue(projections);
            if (parsed.GetValue(forecast))
            {
                return shared.On(parsed, names, (found, known) => Say(found.Rebuilds, known, parsed.GetValue(rate), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct), ct, opensSealed: true);
            }

            return shared.OrderAndFollow(
                parsed,
                names,
                (rebuilds, known, by) =>
                    parsed.GetValue(stream) is { } id ? rebuilds.RequestStream(known[0], id, by, ct)
                    : parsed.GetValue(key) is { } of ? rebuilds.RequestKey(known[0], of, by, ct)
                    : rebuilds.Request(known, by, parsed.GetValue(rate), ct: ct),
                ct);
        });
        return verb;
    }

    private static void Validate(CommandResult result, Argument<string[]> projections, Option<int?> rate, Option<bool> forecast, Option<Guid?> stream, Option<string?> key)
    {
        int rows = (result.GetResult(stream) is null ? 0 : 1) + (result.GetResult(key) is null ? 0 : 1);
        if (rows > 1)
        {
            result.AddError("Give --stream or --key, not both.");
        }
        else if (rows == 1 && (result.GetResult(projections)?.Tokens.Count > 1 || result.GetResult(rate) is not null || result.GetResult(forecast) is not null))
        {
            result.AddError("--stream and --key are for one projection, without --rate and --forecast.");
        }
    }

    private static async Task<int> Say(Rebuilds rebuilds, string[] names, int? rate, Answer answer, CancellationToken ct)
    {
        foreach (Forecast forecast in (await rebuilds.Forecast(names, rate, ct).ConfigureAwait(false))!)
        {
            string basis = forecast.BasedOn == "sample" ? "the beginning of the log, just folded" : "earlier rebuilds";
            answer.Give(
                forecast,
                $"{forecast.Projection}: {Visible.Count(forecast.Events, "event")} at {Visible.Count((long)forecast.EventsASecond)}/s is about {Visible.Seconds(forecast.Seconds)} (by {basis}); "
                + $"reads {Visible.Bytes(forecast.BytesToRead)} of the log, writes {Visible.Bytes(forecast.BytesToWrite)} and as much write-ahead log, and keeps {Visible.Bytes(forecast.BytesKept)} to switch back to.");
        }

        return ExitCodes.Done;
    }
}
