using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>What the verbs that order a rebuild's job have in common: their options, and following the job.</summary>
internal sealed class RebuildVerbOptions(Surroundings here)
{
    private readonly Option<bool> detach = new("--detach") { Description = "Order it and return; projections rebuilds shows how it goes." };
    private readonly Option<string?> actor = SharedOptions.Actor();
    private readonly Option<string?> reason = SharedOptions.Reason();
    private readonly Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");

    public void AddTo(Verb verb)
    {
        verb.Add(detach);
        verb.Add(domain);
        verb.Add(reason);
        verb.Add(actor);
    }

    /// <summary>The read models, all of one domain; and what is to be done with them.</summary>
    /// <param name="opensSealed">What is done with them folds here, as a worker does.</param>
    public async Task<T> On<T>(
        ParseResult parsed, IReadOnlyList<string> projections, Func<OpenDomain, string[], Task<T>> what, CancellationToken ct, bool opensSealed = false)
    {
        await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct, opensSealed).ConfigureAwait(false);
        (OpenDomain Domain, ReadModel Model)[] found = [.. projections.Select(open.ReadModel)];
        foreach ((OpenDomain each, ReadModel model) in found)
        {
            if (each.Definition.Subscriptions.FirstOrDefault(one => one.Model == model) is { } subscription)
            {
                throw new VerbRefusedException(
                    $"{model.Name} follows {subscription.Source}'s log from {each.Name}'s database, and is not rebuilt by this verb. Nothing was changed.");
            }
        }

        return found.Select(one => one.Domain).Distinct().Count() == 1
            ? await what(found[0].Domain, [.. found.Select(one => one.Model.Name)]).ConfigureAwait(false)
            : throw new VerbRefusedException("Read models that are rebuilt together are of one domain. Nothing was changed.");
    }

    public Task<int> OrderAndFollow(
        ParseResult parsed, IReadOnlyList<string> projections, Func<Rebuilds, string[], Operator, Task<RebuildAnswer>> order, CancellationToken ct) =>
        On(parsed, projections, (found, names) => Order(parsed, found.Rebuilds, names, order, ct), ct);

    private async Task<int> Order(
        ParseResult parsed, Rebuilds rebuilds, string[] names, Func<Rebuilds, string[], Operator, Task<RebuildAnswer>> order, CancellationToken ct)
    {
        var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
        RebuildAnswer ordered = await order(rebuilds, names, parsed.By(actor, reason)).ConfigureAwait(false);
        if (ordered.IsRefused)
        {
            throw new VerbRefusedException($"{string.Join(", ", names)}: {ordered.Refusal.Reason}");
        }

        if (parsed.GetValue(detach))
        {
            foreach (RebuildJob job in ordered.Jobs)
            {
                answer.Give(
                    job,
                    $"Ordered: {FollowRebuild.Title(job)}, {Visible.Count(job.EventsLeft, "event")} to go through. wya projections rebuilds shows how it goes.");
            }

            return ExitCodes.Done;
        }

        int worst = ExitCodes.Done;
        foreach (RebuildJob job in ordered.Jobs) // a set ends together; one that is held says so for itself
        {
            int ended = await new FollowRebuild(rebuilds, here, answer).Run(job, ct).ConfigureAwait(false);
            worst = Math.Max(worst, ended);
            if (ended != ExitCodes.Done)
            {
                break;
            }
        }

        return worst;
    }
}
