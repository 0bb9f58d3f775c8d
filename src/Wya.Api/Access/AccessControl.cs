using System.Globalization;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Access;

/// <summary>Lets through who an endpoint has declared, and nobody to one that has declared nothing.</summary>
internal sealed class AccessControl(RequestDelegate next, IdentityLog identity, TimeProvider clock)
{
    public async Task InvokeAsync(HttpContext http)
    {
        if (http.GetEndpoint() is not RouteEndpoint endpoint || endpoint.Metadata.GetMetadata<Admits>() is Admits.Anyone)
        {
            await next(http).ConfigureAwait(false); // no endpoint: answered as not found further on
            return;
        }

        Problem? problem = await Refuse(http, endpoint.Metadata.GetMetadata<Admits>()).ConfigureAwait(false);
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

    private async Task<Problem?> Refuse(HttpContext http, Admits? admits)
    {
        if (http.User.FindFirst(BearerTokens.UserIdClaim)?.Value is not { } subject || !Guid.TryParse(subject, out Guid id))
        {
            return http.Items.ContainsKey(BearerTokens.AuthorityIsAway) ? Problems.AuthorityUnavailable : Problems.Unauthenticated;
        }

        Caller caller = await Caller.Resolve(identity.Database, new UserId(id), clock.GetUtcNow(), http.RequestAborted).ConfigureAwait(false);
        http.Features.Set(caller);
        return admits switch
        {
            Admits.SignedIn => null,
            Admits.Holder(var capability) => caller.Holds(capability) ? null : Problems.CapabilityMissing(capability),
            Admits.SelfOr(var capability) =>
                IdInAddress(http) == id || caller.Holds(capability) ? null : Problems.CapabilityMissing(capability),
            _ => throw new InvalidOperationException("An endpoint declares nobody who may call it."),
        };
    }
}

internal static class CallerOfRequest
{
    /// <summary>Who asks; only for endpoints that are not for anyone.</summary>
    public static Caller Caller(this HttpContext http) =>
        http.Features.Get<Caller>() ?? throw new InvalidOperationException("An anonymous endpoint has no caller.");
}
