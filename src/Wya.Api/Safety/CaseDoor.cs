using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

/// <summary>A case, and the moderator who may look into it.</summary>
internal sealed record CaseInSight(Guid CaseId, ConcernedPerson Person, Moderator Moderator);

/// <summary>
/// Lets a moderator in to a case that is none of their own affairs: decided by safety's own rows, for each request. Who is
/// turned away is told no more than that the case is for another.
/// </summary>
internal sealed class CaseDoor(SafetyLog safety)
{
    public Moderator ModeratorOf(HttpContext http) => new(http.Caller().Id, SafetyKey.OfModerator(safety.Database, http.Caller().Id));

    public ConcernedPerson PersonOf(UserId user) => new(user, SafetyKey.Of(safety.Database, user));

    /// <summary>A case that is there.</summary>
    public async Task<(CaseInSight? Case, Problem? Problem)> Enter(HttpContext http, Guid caseId) =>
        await CasesTable.Find(safety.Database, caseId, http.RequestAborted).ConfigureAwait(false) is { UserId: { } person }
            ? await EnterAbout(http, new UserId(person)).ConfigureAwait(false)
            : (null, Problem.Of(SafetyRefusals.CaseNotFound));

    /// <summary>Somebody's case, whether it is there or not.</summary>
    public async Task<(CaseInSight? Case, Problem? Problem)> EnterAbout(HttpContext http, UserId person)
    {
        Moderator moderator = ModeratorOf(http);
        Guid caseId = CaseId.Of(person).Value;
        ModeratorTies ties = await CaseTies.Of(safety.Database, moderator, person, caseId, http.RequestAborted).ConfigureAwait(false);
        return ConflictOfInterest.Exists(moderator.Id, person, ties)
            ? (null, Problem.Of(SafetyRefusals.ConflictOfInterest))
            : (new CaseInSight(caseId, PersonOf(person), moderator), null);
    }
}

internal static class CaseDoorDeclarations
{
    /// <summary>The address must have the case's id as <c>{id}</c>. Declared before <c>RecordsView</c>: who is turned away has seen nothing.</summary>
    public static RouteHandlerBuilder EntersCase(this RouteHandlerBuilder endpoint) => endpoint
        .Refuses(SafetyRefusals.CaseNotFound, SafetyRefusals.ConflictOfInterest)
        .AddEndpointFilter(async (invocation, next) =>
        {
            HttpContext http = invocation.HttpContext;
            var door = http.RequestServices.GetRequiredService<CaseDoor>();
            (CaseInSight? inSight, Problem? problem) = await door.Enter(http, AccessControl.IdInAddress(http) ?? default).ConfigureAwait(false);
            if (inSight is null)
            {
                return problem;
            }

            http.Features.Set(inSight);
            return await next(invocation).ConfigureAwait(false);
        });

    /// <summary>For what only whoever has claimed the case may see; after <see cref="EntersCase"/>.</summary>
    public static RouteHandlerBuilder NeedsLease(this RouteHandlerBuilder endpoint) => endpoint
        .Refuses(SafetyRefusals.CaseNotClaimed, SafetyRefusals.CaseClaimedByOther)
        .AddEndpointFilter(async (invocation, next) =>
        {
            HttpContext http = invocation.HttpContext;
            CaseInSight inSight = http.CaseInSight();
            var safety = http.RequestServices.GetRequiredService<SafetyLog>();
            DateTimeOffset now = http.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
            CaseRow? row = await CasesTable.Find(safety.Database, inSight.CaseId, http.RequestAborted).ConfigureAwait(false);
            Guid? claimant = now < row?.ClaimedUntil ? row.ClaimedBy : null;
            return claimant == inSight.Moderator.Ref ? await next(invocation).ConfigureAwait(false)
                : Problem.Of(claimant is null ? SafetyRefusals.CaseNotClaimed : SafetyRefusals.CaseClaimedByOther);
        });

    public static CaseInSight CaseInSight(this HttpContext http) =>
        http.Features.Get<CaseInSight>() ?? throw new InvalidOperationException("Only where a case is entered.");
}
