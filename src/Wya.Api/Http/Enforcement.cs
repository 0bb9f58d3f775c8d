using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>
/// A command whose effect other domains enforce by rows of their own is acknowledged as done only once those have taken it.
/// The wait is bounded; then the answer says who has not.
/// </summary>
internal sealed class Enforcement(IEnumerable<OpenDomain> domains)
{
    private readonly Positions positions = new(Limits.PositionWaitersMax);

    /// <summary>Marks a command, for the API's description and for <see cref="Command.Run"/>.</summary>
    public sealed record IsAwaited;

    /// <param name="Pending">The domains that will enforce it in a moment, and do not yet.</param>
    public sealed record Accepted(IReadOnlyList<string> Pending);

    /// <returns>The domains that have not taken the position in time.</returns>
    public async Task<IReadOnlyList<string>> WaitFor(OpenDomain domain, long position, CancellationToken ct)
    {
        List<string> pending = [];
        foreach (OpenDomain other in domains)
        {
            foreach (Consumer follower in other.Consumers.Where(consumer => consumer.Source == domain.Database && other != domain && Enforces(other, consumer)))
            {
                if (!await Has(follower, position, other.PositionWait, ct).ConfigureAwait(false))
                {
                    pending.Add(other.Name);
                }
            }
        }

        return pending;
    }

    private static bool Enforces(OpenDomain domain, Consumer follower) =>
        domain.Definition.Subscriptions.Any(subscription => subscription.Enforces && subscription.Model == follower.Model);

    private async Task<bool> Has(Consumer follower, long position, TimeSpan waitMax, CancellationToken ct)
    {
        try
        {
            return (await positions.WaitFor(follower, position, waitMax, ct).ConfigureAwait(false)).Result == WaitResult.Reached;
        }
        catch (Exception away) when (Faults.IsTransient(away))
        {
            return false;
        }
    }
}

internal static class EnforcementDeclaration
{
    /// <summary>What it decides about a person holds everywhere when it is answered with 204; with 202 it soon will.</summary>
    public static RouteHandlerBuilder HoldsEverywhere(this RouteHandlerBuilder endpoint) => endpoint
        .WithMetadata(new Enforcement.IsAwaited())
        .Produces<Enforcement.Accepted>(StatusCodes.Status202Accepted);
}
