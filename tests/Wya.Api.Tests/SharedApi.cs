using Wya.Testing;
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
[assembly: AssemblyFixture(typeof(Wya.Api.Tests.SharedApi))]

namespace Wya.Api.Tests;

/// <summary>One running API for all tests that need no settings of their own. Tests run one after another.</summary>
public sealed class SharedApi : IAsyncDisposable
{
    private ApiHost? host;

    /// <summary>Starts it at the first call, so that a missing server skips tests instead of failing the assembly.</summary>
    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        return host ??= await ApiHost.Start();
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
        }
    }
}
