using Wya.Api.Access;
using Wya.Api.Console;
using Wya.Api.MyData;
using Wya.Api.Operation;

namespace Wya.Api.Http;

/// <summary>What every request passes, in this order.</summary>
internal static class HttpPlumbing
{
    public static void AddHttp(this WebApplicationBuilder builder, Settings settings)
    {
        builder.WebHost.ConfigureKestrel(Limits.Apply);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = Limits.ShutdownTimeout);
        builder.Services.Configure<RouteHandlerOptions>(route => route.ThrowOnBadRequest = true);
        builder.Services.ConfigureHttpJsonOptions(json => RequestJson.Configure(json.SerializerOptions));
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(TimeProvider.System);
    }

    public static void UseHttp(this WebApplication app)
    {
        app.UseOwnApi();
        app.UseSecurityHeaders();
        app.UseMiddleware<FaultsAsProblems>();
        app.UseRouting();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = Limits.SocketPingEvery, KeepAliveTimeout = Limits.SocketPongWithin });
        app.UseRouteNames();
        app.UseMiddleware<OpenForTraffic>();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseMiddleware<ConsoleDoor>();
        app.UseMiddleware<AccessControl>();
    }
}
