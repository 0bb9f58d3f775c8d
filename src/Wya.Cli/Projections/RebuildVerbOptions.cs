using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>What the verbs that order a rebuild's job have in common: their options, and following the job.</summary>
internal sealed class RebuildVerbOptions(Surroundings here)
{
    private readonly Option<bool> detach = new("--detach") { Description = "Order it and return; projections rebuilds shows how it goes." };
    private readonly Option<string?> actor = SharedOptions.Actor();
    private readonly Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");

    public void AddTo(Verb verb)
    {
        verb.Add(detach);
        verb.Add(domain);
        verb.Add(actor);
    }

    public async Task<int> OrderAndFollow(
        ParseResult parsed, string projection, Func<Rebuilds, string, string, Task<RebuildAnswer>> order, CancellationToken ct)
    {
        var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
        await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
        (OpenDomain found, ReadModel model) = open.ReadModel(projection);
        if (found.Definition.Subscriptions.FirstOrDefault(each => each.Model == model) is { } subscription)
        {
            throw new VerbRefusedException(
                $"{model.Name} follows {subscription.Source}'s log from {found.Name}'s database, and is not rebuilt by this verb. Nothing was changed.");
        }

        Rebuilds rebuilds = found.Rebuilds;
        RebuildAnswer ordered = await order(rebuilds, model.Name, parsed.Actor(actor)).ConfigureAwait(false);
        if (ordered.IsRefused)
        {
            throw new VerbRefusedException($"{model.Name}: {ordered.Refusal.Reason}");
        }

        if (parsed.GetValue(detach))
        {
            answer.Give(
                ordered.Job,
                $"Ordered: {FollowRebuild.Title(ordered.Job)}, {Visible.Count(ordered.Job.EventsLeft, "event")} to go through. wya projections rebuilds shows how it goes.");
            return ExitCodes.Done;
        }

        return await new FollowRebuild(rebuilds, here, answer).Run(ordered.Job, ct).ConfigureAwait(false);
    }
}
