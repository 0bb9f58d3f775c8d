using System.Collections.Immutable;
using System.Diagnostics;
using Wya.EventStore.Postgres;

namespace Wya.Api.Http;

/// <summary>
/// A command whose effect other domains enforce by rows of their own is acknowledged as done only once those have taken it:
/// those who follow the log that it was recorded in, and those who follow what they have answered it with. The wait is
/// bounded; then the answer says who has not.
/// </summary>
internal sealed class Enforcement(IEnumerable<OpenDomain> domains)
{
    private readonly Positions positions = new(Limits.PositionWaitersMax);

    /// <summary>Marks a command, for the API's description and for <see cref="Command.Run"/>.</summary>
    public sealed record IsAwaited;

    /// <param name="Pending">The domains that will enforce it in a moment, and do not yet.</param>
    public sealed record Accepted(IReadOnlyList<string> Pending);

    /// <param name="stream">What was recorded there: whoever has set it aside has not taken it.</param>
    /// <returns>The domains that have not taken the position in time.</returns>
    public async Task<IReadOnlyList<string>> WaitFor(OpenDomain domain, Guid stream, long position, CancellationToken ct)
    {
        List<string> pending = [];
        await WaitFor(domain, stream, position, Stopwatch.GetTimestamp(), [domain], pending, ct).ConfigureAwait(false);
        return pending;
    }

    /// <param name="passed">The domains whose logs led here: no answer goes round in a circle.</param>
    private async Task WaitFor(
        OpenDomain domain, Guid? stream, long position, long start, ImmutableList<OpenDomain> passed, List<string> pending, CancellationToken ct)
    {
        foreach (OpenDomain other in domains.Except(passed))
        {
            foreach (Consumer follower in other.Consumers.Where(consumer => consumer.Source == domain.Database && Enforces(other, consumer)))
            {
                if (await Head(other, follower, stream, position, start, ct).ConfigureAwait(false) is not { } head)
                {
                    if (!pending.Contains(other.Definition.Domain))
                    {
                        pending.Add(other.Definition.Domain);
                    }
                }
                else if (follower.Model is null)
                {
                    await WaitFor(other, null, head, start, passed.Add(other), pending, ct).ConfigureAwait(false);
                }
            }
        }
    }

    private static bool Enforces(OpenDomain domain, Consumer follower) =>
        domain.Definition.Subscriptions.Any(subscription => subscription.Enforces && subscription.Model == follower.Model)
        || domain.Definition.Followers.Any(one => one.Enforces && one.Name == follower.Name);

    /// <returns>The head of the other domain's log, which holds what it has answered; null when it has not taken the position in time.</returns>
    private async Task<long?> Head(OpenDomain other, Consumer follower, Guid? stream, long position, long start, CancellationToken ct)
    {
        TimeSpan left = other.PositionWait - Stopwatch.GetElapsedTime(start);
        try
        {
            if ((await positions.WaitFor(follower, position, left, ct).ConfigureAwait(false)).Result != WaitResult.Reached
                || (stream is { } one && await DeadLetters.IsParked(follower, one, ct).ConfigureAwait(false)))
            {
                return null;
            }

            return await other.Store.Head(ct).ConfigureAwait(false);
        }
        catch (Exception away) when (Faults.IsTransient(away))
        {
            return null;
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
