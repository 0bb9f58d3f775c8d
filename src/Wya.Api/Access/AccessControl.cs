using System.Globalization;
using Wya.Api.Console;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Api.Messaging;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>
/// Lets through who an endpoint has declared, and nobody to one that has declared nothing. Everything that may have changed
/// since a token was issued is read from identity's own rows for each request: whether its session was ended, whether the
/// person is suspended, what they may do. So a change holds on every node with the very next request.
/// </summary>
internal sealed class AccessControl(
    RequestDelegate next, IdentityLog identity, SessionWatch sessions, Gate gate, Settings settings, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // No endpoint: answered as not found further on. The console's door has let in whom it lets in.
        if (http.GetEndpoint() is not RouteEndpoint endpoint
            || endpoint.Metadata.GetMetadata<Admits>() is { } admits
                && (admits is Admits.Anyone || (admits is Admits.Console && http.Features.Get<ConsoleSession>() is not null)))
        {
            await next(http).ConfigureAwait(false);
            return;
        }

        Problem? problem = await Refuse(http, endpoint.Metadata).ConfigureAwait(false);
        if (problem is not null)
        {
            await problem.ExecuteAsync(http).ConfigureAwait(false);
            return;
        }

        await next(http).ConfigureAwait(false);
    }

    /// <summary>The person whose address this is; null when the address names none, or not by a uuid.</summary>
    public static Guid? IdInAddress(HttpContext http) =>
        Guid.TryParse(Convert.ToString(http.Request.RouteValues["id"], CultureInfo.InvariantCulture), out Guid id) ? id : null;

    private async Task<Problem?> Refuse(HttpContext http, EndpointMetadataCollection declared)
    {
        if (http.User.FindFirst(BearerTokens.UserIdClaim)?.Value is not { } subject || !Guid.TryParse(subject, out Guid id))
        {
            return http.Items.ContainsKey(BearerTokens.AuthorityIsAway) ? Problems.AuthorityUnavailable : Problems.Unauthenticated;
        }

        if (declared.GetMetadata<Admits>() is Admits.Chatting chatting)
        {
            return await RefuseChatter(http, new UserId(id), chatting).ConfigureAwait(false);
        }

        DateTimeOffset now = clock.GetUtcNow();
        Admission admission = await Standings.Admit(
            identity.Database, new UserId(id), settings.IssuesTokens ? http.SessionId() : null, now, http.RequestAborted).ConfigureAwait(false);
        var caller = Caller.Of(new UserId(id), admission.Person, now);
        if (!admission.SessionIsOpen || (settings.IssuesTokens && caller.User is null))
        {
            return Problems.Unauthenticated; // ended, or gone, since the token was issued
        }

        http.Features.Set(caller);
        http.Features.Set(new HeadSeen(identity.Name, admission.Head));
        Admits? admits = declared.GetMetadata<Admits>();
        bool concernsCallerAlone = admits is Admits.SignedIn || (admits is Admits.SelfOr && IdInAddress(http) == id);
        if (!(concernsCallerAlone && declared.GetMetadata<OpenToSuspended>() is not null) && Barred(caller, now) is { } barred)
        {
            return barred;
        }

        return admits switch
        {
            Admits.SignedIn => null,
            Admits.Holder(var capability) => caller.Holds(capability) ? null : Problems.CapabilityMissing(capability),
            Admits.HolderOfAny(var any) => any.Any(caller.Holds) ? null : Problems.CapabilityMissing(any[0]),
            Admits.SelfOr(var capability) =>
                IdInAddress(http) == id || caller.Holds(capability) ? null : Problems.CapabilityMissing(capability),
            _ => throw new InvalidOperationException("An endpoint declares nobody who may call it."),
        };
    }

    private async ValueTask<Problem?> RefuseChatter(HttpContext http, UserId user, Admits.Chatting chatting)
    {
        SessionState session = settings.IssuesTokens
            ? await sessions.Look(http.SessionId(), user, http.RequestAborted).ConfigureAwait(false)
            : SessionState.Open;
        if (session == SessionState.NotKnown)
        {
            Degraded.Write(http.Response, identity.Name);
        }

        http.Features.Set(new ChatterId(user));
        return session == SessionState.Ended ? Problems.Unauthenticated
            : chatting.IsMeasured ? null
            : await gate.Refuse(http, IdInAddress(http)).ConfigureAwait(false);
    }

    private static Problem? Barred(Caller caller, DateTimeOffset now) => caller.User?.StatusAt(now) switch
    {
        null or UserStatus.Active => null,
        UserStatus.Suspended => Problems.AccountSuspended(caller.User.SuspendedUntil),
        _ => Problems.AccountBanned,
    };
}

internal static class CallerOfRequest
{
    /// <summary>Who asks; only for endpoints that are not for anyone.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("An anonymous endpoint has no caller.");

    /// <summary>Who asks, where messaging's own rows say what they may do.</summary>
    public static UserId ChatterId(this HttpContext http) =>
        http.Features.Get<ChatterId>()?.Value ?? throw new InvalidOperationException("Only where a chatter is required.");

    /// <summary>The session that the request's token belongs to; only where the API issues the tokens itself.</summary>
    public static Guid SessionId(this HttpContext http) =>
        http.Features.Get<AccessClaims>()?.Sid ?? throw new InvalidOperationException("The token of an authority has no session here.");
}

/// <summary>The caller of an endpoint that requires a chatter.</summary>
internal sealed record ChatterId(UserId Value);
