using System.CommandLine;
using Wya.EventStore.Postgres;
using Consumers = Wya.EventStore.Postgres.Projections;

namespace Wya.Cli;

/// <summary>Two verbs that are mirror images: each acts on the projection itself, or with --rebuild on its rebuild.</summary>
internal sealed class PauseOrResume(string name, string description, Surroundings here, PauseOrResume.Direction direction)
{
    private readonly Argument<string> projection = SharedOptions.Projection();
    private readonly Option<bool> rebuild = new("--rebuild") { Description = "Its rebuild or switch-back, not the projection itself." };
    private readonly Option<string?> domain = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");
    private readonly Option<string?> actor = SharedOptions.Actor();
    private readonly Option<string?> reason = SharedOptions.Reason();

    /// <param name="Done">What has become of it: <c>paused</c>.</param>
    /// <param name="WhyNot">Why a projection in this state was left as it was.</param>
    /// <param name="Applicable">The state of a rebuild to which the verb would apply.</param>
    internal sealed record Direction(
        string Done,
        Func<Consumers, Consumer, Operator, CancellationToken, Task<bool>> Consumer,
        Func<Rebuilds, string, Operator, CancellationToken, Task<RebuildAnswer>> Rebuild,
        Func<ProjectionStatus, string> WhyNot,
        RebuildState Applicable);

    public Verb Verb(params string[] examples)
    {
        var verb = new Verb(name, description, examples) { projection, rebuild, domain, reason, actor };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            (OpenDomain found, ReadModel model) = open.ReadModel(parsed.GetRequiredValue(projection));
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            if (parsed.GetValue(rebuild))
            {
                await ChangeRebuild(found, model, parsed.By(actor, reason), answer, ct).ConfigureAwait(false);
            }
            else
            {
                await ChangeProjection(found, model, parsed.By(actor, reason), answer, ct).ConfigureAwait(false);
            }

            return ExitCodes.Done;
        });
        return verb;
    }

    private async Task ChangeRebuild(OpenDomain found, ReadModel model, Operator who, Answer answer, CancellationToken ct)
    {
        RebuildAnswer changed = await direction.Rebuild(found.Rebuilds, model.Name, who, ct).ConfigureAwait(false);
        if (changed.IsRefused)
        {
            throw new VerbRefusedException($"{model.Name}: {changed.Refusal.Reason}");
        }

        answer.Give(
            changed.Job,
            $"The {FollowRebuild.Title(changed.Job)} is {direction.Done} at position {Visible.Count(changed.Job.Position)} of {Visible.Count(changed.Job.Target)}.");
    }

    private async Task ChangeProjection(OpenDomain found, ReadModel model, Operator who, Answer answer, CancellationToken ct)
    {
        RebuildJob? job = await found.Rebuilds.Show(model.Name, ct).ConfigureAwait(false);
        string hint = job?.State == direction.Applicable ? $" Its rebuild can be: wya projections {name} {model.Name} --rebuild." : "";
        if (found.Consumers.FirstOrDefault(consumer => consumer.Model == model) is not { } consumer)
        {
            throw new VerbRefusedException($"{model.Name} is written by the appends themselves and cannot be {direction.Done}.{hint}");
        }

        var consumers = new Consumers(found.Consumers, here.Clock);
        bool changed = await direction.Consumer(consumers, consumer, who, ct).ConfigureAwait(false);
        ProjectionStatus status = await consumers.Status(consumer, ct).ConfigureAwait(false);
        if (!changed)
        {
            throw new VerbRefusedException($"{model.Name} {direction.WhyNot(status)}; nothing was changed.{hint}");
        }

        answer.Give(
            new { status.Name, status.Domain, Status = status.State, status.Position, status.Head, status.LagEvents },
            $"{model.Name} is {direction.Done} at position {Visible.Count(status.Position)}, {Visible.Count(status.LagEvents, "event")} behind the log.");
    }
}
