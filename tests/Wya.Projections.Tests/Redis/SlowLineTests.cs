using System.Globalization;
using Wya.Projections.Redis;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Redis;

/// <summary>A server at the end of a slow line, or of a machine that has much else to do.</summary>
public sealed class SlowLineTests(SoloSite site) : IClassFixture<SoloSite>
{
    /// <summary>Each way. A connection takes three round trips until it answers: longer than the first one is given.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(700);

    [Fact, Trait("seed", "H2")]
    public async Task A_connection_that_takes_long_to_make_is_made_in_the_end()
    {
        await using var line = new CutLine(site.Server.Port, Delay);
        await using var server = new RedisServer("cache", site.ConnectionString.Replace(At(site.Server.Port), At(line.Port), StringComparison.Ordinal), Delay * 3);
        await server.Reached();
    }

    private static string At(int port) => string.Create(CultureInfo.InvariantCulture, $":{port},");
}
