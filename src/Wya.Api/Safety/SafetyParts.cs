using Wya.Api.Http;

namespace Wya.Api.Safety;

internal static class SafetyParts
{
    public static void AddSafety(this IServiceCollection services)
    {
        services.AddSingleton<SafetyLog>();
        services.AddSingleton<OpenDomain>(provider => provider.GetRequiredService<SafetyLog>());
    }
}
