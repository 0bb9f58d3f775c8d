using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Wya.Api.Http;

/// <summary>Every limit of the HTTP surface that is not a setting, by name.</summary>
internal static class Limits
{
    public const int BodyBytesMax = 64 * 1024;
    public const int RequestLineBytesMax = 4 * 1024;
    public const int HeaderBytesMax = 16 * 1024;
    public const int JsonDepthMax = 16;
    public const int IdempotencyKeyCharactersMax = 200;
    public const int PageItemsMax = 100;
    public const int PageItemsDefault = 50;
    public const int ConnectionsMax = 10_000;
    public const int BodyBytesPerSecondMin = 240;

    /// <summary>Requests that may wait for a read model at the same time.</summary>
    public const int PositionWaitersMax = 256;

    /// <summary>How long a standby is given to come to a position, before the primary is asked instead.</summary>
    public static readonly TimeSpan StandbyWait = TimeSpan.FromMilliseconds(100);

    /// <summary>A standby that is further behind answers nothing.</summary>
    public static readonly TimeSpan StandbyLagMax = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan HeadersTimeout = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan KeepAliveTimeout = TimeSpan.FromMinutes(2);
    /// <summary>A WebSocket whose other end does not answer in time is broken off.</summary>
    public static readonly TimeSpan SocketPingEvery = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan SocketPongWithin = TimeSpan.FromSeconds(20);
    public static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(20);

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = HeaderBytesMax;
        kestrel.Limits.MaxConcurrentConnections = ConnectionsMax;
        kestrel.Limits.RequestHeadersTimeout = HeadersTimeout;
        kestrel.Limits.KeepAliveTimeout = KeepAliveTimeout;
        kestrel.Limits.MinRequestBodyDataRate = new MinDataRate(BodyBytesPerSecondMin, gracePeriod: TimeSpan.FromSeconds(5));
        kestrel.Limits.MinResponseDataRate = new MinDataRate(BodyBytesPerSecondMin, gracePeriod: TimeSpan.FromSeconds(5));
    }
}
