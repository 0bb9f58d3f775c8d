using Wya.EventStore.Postgres;

namespace Wya.Api.Keys;

/// <summary>The keys of people, as every domain of this process shares them.</summary>
internal static class PersonKeys
{
    public static void AddPersonKeys(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton(settings.KeyRing);
        services.AddSingleton(provider => new SubjectKeys(
            settings.KeysConnectionString,
            settings.KeyRing,
            provider.GetRequiredService<TimeProvider>(),
            settings.KeyRingFile is { } file ? () => KeyRing.ReadFile(file) : null));
        services.AddSingleton(provider => new LogKeys(provider.GetRequiredService<SubjectKeys>(), settings.KeyRing.ClaimPepper));
    }
}
