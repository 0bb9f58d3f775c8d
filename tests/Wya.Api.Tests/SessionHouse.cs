using Microsoft.Extensions.DependencyInjection;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What tests of sessions need beside the shared API: another node of it, and a system whose time goes on as they say.</summary>
public sealed class SessionHouse : IAsyncDisposable
{
    private ApiHost? beside;
    private ApiHost? clocked;

    /// <summary>Of <see cref="Clocked"/>; it goes ahead, never back.</summary>
    public ShiftedClock Clock { get; } = new();

    public async Task<ApiHost> Beside(ApiHost shared) => beside ??= await shared.StartBeside();

    public async Task<ApiHost> Clocked()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        return clocked ??= await ApiHost.Start(services: container => container.AddSingleton<TimeProvider>(Clock));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ApiHost? one in new[] { beside, clocked })
        {
            if (one is not null)
            {
                await one.DisposeAsync();
            }
        }
    }
}

[CollectionDefinition(nameof(SessionHouse))]
public sealed class SessionHouseTests : ICollectionFixture<SessionHouse>;
