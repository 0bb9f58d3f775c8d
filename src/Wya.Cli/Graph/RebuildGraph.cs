using System.CommandLine;
using Spectre.Console;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Redis;

namespace Wya.Cli;

/// <summary>
/// Makes graph projections anew from the rows, of one person and those around them, or of everybody, by the page. Nothing
/// is taken away meanwhile, and what is newer stays; a run that was ended can simply be run again.
/// </summary>
internal static class RebuildGraph
{
    /// <param name="People">Whose projections were looked at.</param>
    private sealed record Outcome(int People, int Written, int Differing, int Unchanged, int Gone, int Removed, double Seconds);

    private static readonly TimeSpan ReachWithin = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TryAgainAfter = TimeSpan.FromMilliseconds(100);

    public static Verb Verb(Surroundings here)
    {
        Argument<Guid?> user = new("user") { Description = "A person's id; everybody when left out.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "rebuild",
            "Compares the graph projections in the cache with the database, of everybody or of one person and those around them, and makes those anew that are missing, older or wrong. Ends with 1 when none is.",
            "wya graph rebuild",
            "wya graph rebuild 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 --json")
        {
            user,
            reason,
            actor,
        };
        verb.SetAction((parsed, ct) => Run(here, parsed.GetValue(user), parsed.By(actor, reason), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, Guid? user, Operator by, Answer answer, CancellationToken ct)
    {
        await using var cache = new RedisServer("cache", Settings.Redis(here, "cache"), RedisServer.AnswerInTheEnd);
        await using OpenDomains domains = await OpenDomain.Open(here, GraphDomain.Definition.Name, ct).ConfigureAwait(false);
        OpenDomain graph = domains[0];
        using var projections = new GraphProjections(graph.Log, cache);
        long start = here.Clock.GetTimestamp();
        try
        {
            await Reach(cache, here, ct).ConfigureAwait(false);
            (int people, RefreshedProjections done) = user is { } person
                ? await Around(graph, projections, person, ct).ConfigureAwait(false)
                : answer.IsAnimated
                    ? await WithBar(graph, projections, answer, ct).ConfigureAwait(false)
                    : await Everybody(graph, projections, _ => { }, ct).ConfigureAwait(false);
            if (done.IsNone)
            {
                throw new VerbRefusedException(
                    $"Nothing to rebuild: of {Visible.Count(people, "person", "people")} every projection is there and says what the rows say, {Visible.Count(done.Gone)} of people who are gone aside.");
            }

            var outcome = new Outcome(
                people, done.Written, done.Differing, done.Unchanged, done.Gone, done.Removed, Math.Round(here.Clock.GetElapsedTime(start).TotalSeconds, 3));
            await EventStore.Postgres.Operations.Of(graph.Log).Record(
                "graph-rebuild", user?.ToString() ?? "everybody", by, new { outcome.People, outcome.Written, outcome.Differing, outcome.Unchanged, outcome.Gone, outcome.Removed }, ct).ConfigureAwait(false);
            answer.Give(
                outcome,
                $"Done: projections of {Visible.Count(people, "person", "people")} in {Visible.Seconds(outcome.Seconds)}; "
                + $"{Visible.Count(done.Written)} made anew, of which {Visible.Count(done.Differing)} had said something else; {Visible.Count(done.Unchanged)} right already, {Visible.Count(done.Gone)} of people who are gone, of whom {Visible.Count(done.Removed)} removed.");
            return ExitCodes.Done;
        }
        catch (RedisAwayException away)
        {
            throw new VerbRefusedException($"{away.Message} Whatever was made stays; run it again when it is back.", cause: away);
        }
    }

    private static async Task<(int People, RefreshedProjections Done)> Around(
        OpenDomain graph, GraphProjections projections, Guid person, CancellationToken ct)
    {
        RefreshedProjections done = await GraphProjectionFollowers.RebuildAround(projections, graph.Log, new UserId(person), ct).ConfigureAwait(false);
        return (done.Written + done.Unchanged + done.Gone, done);
    }

    private static async Task<(int People, RefreshedProjections Done)> Everybody(
        OpenDomain graph, GraphProjections projections, Action<int> seen, CancellationToken ct)
    {
        var done = new RefreshedProjections(0, 0, 0);
        int people = 0;
        Guid after = Guid.Empty;
        while (await GraphProjectionRows.Everybody(graph.Log, after, ct).ConfigureAwait(false) is { Count: > 0 } page)
        {
            done += await projections.Rebuild(page, ct).ConfigureAwait(false);
            after = page[^1];
            seen(people += page.Count);
        }

        return (people, done);
    }

    private static async Task<(int People, RefreshedProjections Done)> WithBar(
        OpenDomain graph, GraphProjections projections, Answer answer, CancellationToken ct)
    {
        int total = await GraphProjectionRows.Count(graph.Log, ct).ConfigureAwait(false);
        (int People, RefreshedProjections Done) result = default;
        await answer.Console.Progress()
            .Columns(new SpinnerColumn(), new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async progress =>
            {
                ProgressTask bar = progress.AddTask("graph projections", maxValue: Math.Max(1, total));
                result = await Everybody(
                    graph,
                    projections,
                    people =>
                    {
                        bar.Value = people;
                        bar.Description = $"graph projections  {Visible.Count(people)}/{Visible.Count(total)}";
                    },
                    ct).ConfigureAwait(false);
            }).ConfigureAwait(false);
        return result;
    }

    /// <summary>Connecting takes a moment, which a running process has long behind it.</summary>
    private static async Task Reach(RedisServer cache, Surroundings here, CancellationToken ct)
    {
        long start = here.Clock.GetTimestamp();
        while (true)
        {
            try
            {
                await cache.Ping(ct).ConfigureAwait(false);
                return;
            }
            catch (RedisAwayException) when (here.Clock.GetElapsedTime(start) < ReachWithin)
            {
                await Task.Delay(TryAgainAfter, here.Clock, ct).ConfigureAwait(false);
            }
        }
    }
}
