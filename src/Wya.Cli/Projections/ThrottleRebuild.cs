using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Makes a rebuild slower or faster while it runs.</summary>
internal static class ThrottleRebuild
{
    public static Option<int?> Rate()
    {
        var rate = new Option<int?>("--rate") { Description = "At most so many events a second; left out, as fast as live work allows.", HelpName = "EVENTS" };
        rate.Validators.Add(given =>
        {
            if (!given.Errors.Any() && given.GetValueOrDefault<int?>() is < 1)
            {
                given.AddError("--rate starts at 1.");
            }
        });
        return rate;
    }

    public static Verb Verb(Surroundings here)
    {
        Argument<string> projection = SharedOptions.Projection();
        Option<int?> rate = Rate();
        Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "throttle",
            "Limits how fast the rebuild of a projection goes, at once; without --rate, takes the limit away.",
            "wya projections throttle Users --rate 2000",
            "wya projections throttle Users")
        {
            projection,
            rate,
            domain,
            reason,
            actor,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            (OpenDomain found, ReadModel model) = open.ReadModel(parsed.GetRequiredValue(projection));
            RebuildAnswer changed = await found.Rebuilds.Throttle(model.Name, parsed.GetValue(rate), parsed.By(actor, reason), ct).ConfigureAwait(false);
            if (changed.IsRefused)
            {
                throw new VerbRefusedException($"{model.Name}: {changed.Refusal.Reason}");
            }

            string speed = changed.Job.EventsASecondMax is { } limit ? $"at most {Visible.Count(limit)} events a second" : "as fast as live work allows";
            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(changed.Job, $"The {FollowRebuild.Title(changed.Job)} goes on {speed}.");
            return ExitCodes.Done;
        });
        return verb;
    }
}
