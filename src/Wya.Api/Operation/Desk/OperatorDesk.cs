using Wya.Api.Access;
using Wya.Api.Http;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Api.Operation;

/// <summary>
/// What operators do, over all domains: one place for the routes of the API and the pages of the console. Whoever calls it
/// has been admitted by the capability to operate; who acts is the person who is signed in, and that is recorded.
/// </summary>
internal sealed class OperatorDesk(IEnumerable<OpenDomain> domains, LogDatabases databases, TimeProvider clock)
{
    private readonly OpenDomain[] domains = [.. domains];

    public IReadOnlyList<OpenDomain> Domains => domains;

    /// <summary>Who asks, for what they say is the reason.</summary>
    public static Operator By(HttpContext http, string? reason) => new(http.Caller().Id.ToString(), reason?.Trim() ?? "");

    public Rebuilds RebuildsOf(OpenDomain domain) => new(domain.Database, domain.Definition.ReadModels, clock);

    /// <summary>The domain whose log is folded into this read model; null when there is none.</summary>
    public OpenDomain? OfReadModel(string name) =>
        domains.FirstOrDefault(domain => domain.Definition.ReadModels.Any(model => model.Name == name));

    /// <summary>Whoever follows a log under this name: what keeps a read model, a copy of another domain's, a cache.</summary>
    public Consumer? Follower(string name) =>
        domains.SelectMany(domain => domain.Everything).FirstOrDefault(consumer => consumer.Name == name);

    /// <summary>The same, as it may be tried: nothing that it does outlives the transaction. Null when that cannot be.</summary>
    public Consumer? ToBeTried(string name)
    {
        foreach (OpenDomain domain in domains)
        {
            if (domain.Consumers.FirstOrDefault(consumer => consumer.Name == name) is not { } consumer)
            {
                continue;
            }

            Follower? follower = domain.Definition.Followers.FirstOrDefault(one => one.Name == name);
            return follower is null
                ? consumer
                : Consumer.Of(
                    name, databases[follower.Source], domain.Database,
                    follower.Handle(new InMemoryEventStore(domain.Definition.Types, clock), domain.Database), follower.Opens);
        }

        return null;
    }

    /// <summary>A job of whatever domain.</summary>
    public async Task<(OpenDomain Domain, RebuildJob Job)?> Job(Guid id, CancellationToken ct)
    {
        foreach (OpenDomain domain in domains)
        {
            if (await RebuildsOf(domain).Show(id, ct).ConfigureAwait(false) is { } job)
            {
                return (domain, job);
            }
        }

        return null;
    }

    /// <summary>Changes a job that has not ended; of one that has, the refusal that the verb would give.</summary>
    public async Task<IResult> Change(Guid id, Refusal otherwise, Func<Rebuilds, string, Task<RebuildAnswer>> verb, CancellationToken ct)
    {
        if (await Job(id, ct).ConfigureAwait(false) is not var (domain, job))
        {
            return Problem.Of(RebuildRefusals.UnknownRebuild);
        }

        return job.IsActive
            ? Answer(domain.Name, await verb(RebuildsOf(domain), job.Projection).ConfigureAwait(false))
            : Problem.Of(otherwise);
    }

    public static IResult Answer(string domain, RebuildAnswer answer) => answer.IsRefused
        ? Problem.Of(answer.Refusal)
        : TypedResults.Ok(new RebuildViews([.. answer.Jobs.Select(job => RebuildView.Of(domain, job))]));
}

/// <param name="Reason">Why; it is recorded with who asks.</param>
internal sealed record Why(string Reason);
