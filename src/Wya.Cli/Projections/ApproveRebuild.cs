using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Accepts the difference for which a rebuild is held, by somebody who has seen it.</summary>
internal static class ApproveRebuild
{
    public static Verb Verb(Surroundings here)
    {
        Argument<string> projection = SharedOptions.Projection();
        Option<string> fingerprint = new("--fingerprint") { Description = "Of the difference, as projections differences shows it.", HelpName = "HEX", Required = true };
        Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        reason.Required = true;
        var verb = new Verb(
            "approve",
            "Accepts the difference for which the rebuild of a projection waits, and lets it go on to the swap.",
            "wya projections approve Users --fingerprint 5f0c2a9be1d47730 --reason \"The new column counts differently\"")
        {
            projection,
            fingerprint,
            reason,
            domain,
            actor,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            (OpenDomain found, ReadModel model) = open.ReadModel(parsed.GetRequiredValue(projection));
            RebuildAnswer approved = await found.Rebuilds
                .Approve(model.Name, parsed.GetRequiredValue(fingerprint), parsed.By(actor, reason), ct).ConfigureAwait(false);
            if (approved.IsRefused)
            {
                throw new VerbRefusedException($"{model.Name}: {approved.Refusal.Reason}");
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).Give(
                approved.Job, $"Approved: {Visible.Count(approved.Job.RowsDiffering ?? 0, "row")} of {model.Name} may differ; the rebuild goes on to the swap.");
            return ExitCodes.Done;
        });
        return verb;
    }
}
