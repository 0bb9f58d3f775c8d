using Wya.Api.Access;
using Wya.Projections.Identity;
using Wya.Projections.Redis;

namespace Wya.Api.Identity;

/// <summary>Signing in, and the sessions that come of it. With an OIDC authority all this is the authority's, and none of it exists here.</summary>
internal static class SessionEndpoints
{
    /// <summary>Passwords that may be tried for one account.</summary>
    public static readonly AttemptLimit Attempts = new(10, TimeSpan.FromMinutes(15));

    public static void AddSessions(this IServiceCollection services)
    {
        services.AddSingleton<Passwords>();
        services.AddSingleton<FirstPassword>();
        services.AddSingleton<PasswordCheck>();
        services.AddSingleton(provider => new UnknownAccounts(Attempts, provider.GetRequiredService<TimeProvider>(), provider.GetService<SharedLimits>()));
    }

    public static void MapSessions(this IEndpointRouteBuilder routes)
    {
        if (!routes.ServiceProvider.GetRequiredService<Settings>().IssuesTokens)
        {
            return;
        }

        RouteGroupBuilder sessions = routes.MapGroup("").WithTags("Sessions");
        SignInEndpoint.Map(sessions);
        RefreshSessionEndpoint.Map(sessions);
        SignOutEndpoint.Map(sessions);
        ShowSessionsEndpoint.Map(sessions);
        EndSessionEndpoint.Map(sessions);
        EndOtherSessionsEndpoint.Map(sessions);
        ChangePasswordEndpoint.Map(sessions);
    }
}
