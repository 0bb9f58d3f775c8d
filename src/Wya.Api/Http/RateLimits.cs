using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Wya.Api.Access;

namespace Wya.Api.Http;

/// <summary>How often one caller may ask for what could be tried in bulk: registering, signing in, and finding people.</summary>
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

    public static void AddRateLimits(this IServiceCollection services, Settings settings) => services.AddRateLimiter(limiter =>
    {
        limiter.AddPolicy(Registration, http =>
            RateLimitPartition.GetTokenBucketLimiter(Address(http), _ => PerMinute(settings.RegistrationsPerMinute)));
        limiter.AddPolicy(SignIn, http =>
            RateLimitPartition.GetTokenBucketLimiter(Address(http), _ => PerMinute(settings.SignInsPerMinute)));
        limiter.AddPolicy(Refresh, http =>
            RateLimitPartition.GetTokenBucketLimiter(Address(http), _ => PerMinute(settings.RefreshesPerMinute)));
        limiter.AddPolicy(Lookup, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerMinute(settings.LookupsPerMinute)));
        limiter.AddPolicy(Export, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerHour(settings.ExportsPerHour)));
        limiter.AddPolicy(Report, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerHour(settings.ReportsPerHour)));
        limiter.AddPolicy(Live, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerMinute(settings.LiveConnectsPerMinute)));
        limiter.AddPolicy(Heartbeat, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerMinute(settings.HeartbeatsPerMinute)));
        limiter.AddPolicy(Message, http =>
            RateLimitPartition.GetTokenBucketLimiter(User(http) ?? Address(http), _ => PerMinute(settings.MessagesPerMinute)));
        limiter.OnRejected = async (rejected, _) =>
        {
            TimeSpan wait = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out TimeSpan known) ? known : TimeSpan.FromSeconds(1);
            await Problems.TooManyRequests(wait).ExecuteAsync(rejected.HttpContext).ConfigureAwait(false);
        };
    });

    private static TokenBucketRateLimiterOptions PerMinute(int count) => new()
    {
        TokenLimit = count,
        TokensPerPeriod = count,
        ReplenishmentPeriod = TimeSpan.FromMinutes(1),
        QueueLimit = 0,
    };

    private static TokenBucketRateLimiterOptions PerHour(int count) => new()
    {
        TokenLimit = count,
        TokensPerPeriod = count,
        ReplenishmentPeriod = TimeSpan.FromHours(1),
        QueueLimit = 0,
    };

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
