using Wya.Api.Access;
using Wya.Api.Http;

namespace Wya.Api.Identity;

internal static class IdentityEndpoints
{
    public static void AddIdentity(this IServiceCollection services)
    {
        services.AddSingleton<IdentityLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<IdentityLog>());
        services.AddSingleton<SessionWatch>();
        services.AddSingleton<PeopleByHandle>();
        services.AddSessions();
    }

    public static void MapIdentity(this IEndpointRouteBuilder routes)
    {
        RouteGroupBuilder identity = routes.MapGroup("").WithTags("Identity");
        RegisterUserEndpoint.Map(identity);
        ShowMeEndpoint.Map(identity);
        ChangeContactAddressEndpoint.Map(identity);
        ChangePresenceSettingsEndpoint.Map(identity);
        ShowDiscoveryPreferencesEndpoint.Map(identity);
        ChangeDiscoveryPreferencesEndpoint.Map(identity);
        FindUserEndpoint.Map(identity);
        FindUserByHandleEndpoint.Map(identity);
        VerifyUserEndpoint.Map(identity);
        ShowMyCapabilitiesEndpoint.Map(identity);
        ExplainCapabilityEndpoint.Map(identity);
        ShowPermissionAuditEndpoint.Map(identity);
        ShowPermissionsEndpoint.Map(identity);
        GrantPermissionEndpoint.Map(identity);
        RevokePermissionEndpoint.Map(identity);
        ShowAccountHistoryEndpoint.Map(identity);
        routes.MapSessions();
    }
}
