using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Microsoft.AspNetCore.RateLimiting;
using Wya.Api.Access;
using Wya.Projections.Redis;

namespace Wya.Api.Http;

/// <summary>
/// How often one caller may ask for what could be tried in bulk: registering, signing in, and finding people. At all nodes
/// together where there is a Redis for caches, otherwise at each.
/// </summary>
internal static class RateLimits
{
    /// <summary>By client address.</summary>
    public const string Registration = "registration";

    /// <summary>By client address; each account has a limit of its own besides.</summary>
    public const string SignIn = "sign-in";

    /// <summary>By client address.</summary>
    public const string Refresh = "refresh";

    /// <summary>By user; for those without a token, by client address.</summary>
    public const string Lookup = "lookup";

    /// <summary>By user: what they write to others.</summary>
    public const string Message = "message";

    /// <summary>By user: that they are there.</summary>
    public const string Heartbeat = "heartbeat";

    /// <summary>By user: connections to the live feed that begin.</summary>
    public const string Live = "live";

    /// <summary>By user: reads all that there is.</summary>
    public const string Export = "export";

    /// <summary>By user: takes a picture of what is reported.</summary>
    public const string Report = "report";

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static void AddRateLimits(this IServiceCollection services, Settings settings)
    {
        if (settings.CacheConnectionString is not null)
        {
            services.AddSingleton(provider => new SharedLimits(provider.GetRequiredService<RedisServers>().Cache!, settings.KeyRing.ClaimPepper));
        }

        services.AddRateLimiter(_ => { });
        services.AddOptions<RateLimiterOptions>().Configure<IServiceProvider>((limiter, provider) =>
        {
            SharedLimits? shared = provider.GetService<SharedLimits>();
            TimeProvider clock = provider.GetRequiredService<TimeProvider>();
            Limit(Registration, Address, settings.RegistrationsPerMinute, Minute);
            Limit(SignIn, Address, settings.SignInsPerMinute, Minute);
            Limit(Refresh, Address, settings.RefreshesPerMinute, Minute);
            Limit(Lookup, UserOrAddress, settings.LookupsPerMinute, Minute);
            Limit(Export, UserOrAddress, settings.ExportsPerHour, Hour);
            Limit(Report, UserOrAddress, settings.ReportsPerHour, Hour);
            Limit(Live, UserOrAddress, settings.LiveConnectsPerMinute, Minute);
            Limit(Heartbeat, UserOrAddress, settings.HeartbeatsPerMinute, Minute);
            Limit(Message, UserOrAddress, settings.MessagesPerMinute, Minute);
            limiter.OnRejected = async (rejected, _) =>
            {
                TimeSpan wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan known) ? known : TimeSpan.FromSeconds(1);
                await Problems.TooManyRequests(wait).ExecuteAsync(rejected.HttpContext).ConfigureAwait(false);
            };

            void Limit(string name, Func<HttpContext, string> caller, int count, TimeSpan period) => limiter.AddPolicy(name, http => shared is null
                ? RateLimitPartition.GetTokenBucketLimiter(caller(http), _ => Bucket(count, period))
                : RateLimitPartition.Get<string>(caller(http), who => new SharedRateLimiter(shared, $"{name} {who}", Bucket(count, period), clock)));
        });
    }

    /// <summary>Full at first, and filled evenly by whoever keeps the buckets.</summary>
    private static TokenBucketRateLimiterOptions Bucket(int count, TimeSpan period) => new()
    {
        TokenLimit = count, TokensPerPeriod = count, ReplenishmentPeriod = period, QueueLimit = 0, AutoReplenishment = false,
    };

    private static string UserOrAddress(HttpContext http) => User(http) ?? Address(http);

    private static string? User(HttpContext http) => http.User.FindFirst(BearerTokens.UserIdClaim)?.Value;

    /// <summary>One subscriber usually holds a whole /64 of IPv6, so that is what counts as one client.</summary>
    private static string Address(HttpContext http)
    {
        IPAddress? address = http.Connection.RemoteIpAddress;
        if (address is null)
        {
            return "unknown";
        }

        if (address.IsIPv4MappedToIPv6)
        {
            address = address.MapToIPv4();
        }

        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : address.ToString();
    }
}
