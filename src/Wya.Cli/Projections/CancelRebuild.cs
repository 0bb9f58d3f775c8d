using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Gives a rebuild or switch-back up.</summary>
internal static class CancelRebuild
{
    public static Verb Verb(Surroundings here)
    {
        Argument<string> projection = SharedOptions.Projection();
        Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "cancel",
            "Gives up the rebuild or switch-back of a projection; the live tables stay as they are.",
            "wya projections cancel Users",
            "wya projections cancel Users --reason \"The new code is wrong\"")
        {
            projection,
            domain,
            reason,
            actor,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            (OpenDomain found, ReadModel model) = open.ReadModel(parsed.GetRequiredValue(projection));
            RebuildAnswer cancelled = await found.Rebuilds.Cancel(model.Name, parsed.By(actor, reason), ct).ConfigureAwait(false);
            if (cancelled.IsRefused)
            {
                throw new VerbRefusedException($"{model.Name}: {cancelled.Refusal.Reason}");
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(
                cancelled.Job,
                $"The {FollowRebuild.Title(cancelled.Job)} is cancelled at position {Visible.Count(cancelled.Job.Position)} of {Visible.Count(cancelled.Job.Target)}.");
            return ExitCodes.Done;
        });
        return verb;
    }
}
