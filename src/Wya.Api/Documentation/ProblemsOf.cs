using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.RateLimiting;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.EventStore;

namespace Wya.Api.Documentation;

/// <summary>Every problem that an endpoint may answer: its own, and those that follow from what it takes and who may call it.</summary>
internal static class ProblemsOf
{
    public static IReadOnlyList<Problem> Endpoint(IEnumerable<object> metadata)
    {
        object[] all = [.. metadata];
        List<Problem> problems = [.. all.OfType<Refused>().SelectMany(refused => refused.Problems)];
        Admits? admits = all.OfType<Admits>().LastOrDefault();
        if (admits is not (null or Admits.Anyone))
        {
            problems.AddRange([Problems.Unauthenticated, Problems.AuthorityUnavailable]);
            if (admits is not Admits.SignedIn || !all.OfType<OpenToSuspended>().Any())
            {
                problems.AddRange([Problems.AccountSuspended(null), Problems.AccountBanned]);
            }
        }

        if (admits is Admits.Holder(var held))
        {
            problems.Add(Problems.CapabilityMissing(held));
        }
        else if (admits is Admits.HolderOfAny(var any))
        {
            problems.Add(Problems.CapabilityMissing(any[0]));
        }
        else if (admits is Admits.SelfOr(var instead))
        {
            problems.Add(Problems.CapabilityMissing(instead));
        }

        if (all.OfType<IAcceptsMetadata>().Any())
        {
            problems.AddRange([Problems.BodyTooLarge, Problems.ContentTypeUnsupported, Problems.RequestTimeout]);
        }

        if (all.OfType<Command.IsTaken>().FirstOrDefault() is { } command)
        {
            problems.AddRange([Problems.IdempotencyKeyMalformed, Problems.IdempotencyKeyReused, Problems.OutcomeUnknown, Problem.Of(StoreRefusals.TooBusy)]);
            if (command.KeyIsRequired)
            {
                problems.Add(Problems.IdempotencyKeyMissing);
            }
        }

        if (all.OfType<Freshness.IsAnswered>().Any())
        {
            problems.AddRange([Problems.PositionMalformed, Problems.PositionInTheFuture, Problems.ReadModelBehind, Problems.TooManyWaiting]);
        }

        if (all.OfType<EnableRateLimitingAttribute>().Any())
        {
            problems.Add(Problems.TooManyRequests(TimeSpan.FromSeconds(1)));
        }

        problems.Add(Problems.MalformedRequest("A part of the address, a query value or the body is missing or not of the documented form."));
        problems.Add(Problems.Starting);
        problems.Add(Problems.InternalError);
        problems.AddRange([Problems.StoreUnavailable(TimeSpan.FromSeconds(1)), Problems.StoreFenced]);
        return [.. problems.DistinctBy(problem => problem.Code)];
    }
}
