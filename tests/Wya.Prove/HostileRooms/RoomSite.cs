using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Wya.Api.Http;
using Wya.Api.Rooms.Pages;

namespace Wya.Prove.HostileRooms;

/// <summary>The page of a room as the API serves it, over contents that are given to it.</summary>
internal sealed class RoomSite : IAsyncDisposable
{
    private readonly WebApplication app;

    private RoomSite(WebApplication app) => this.app = app;

    public Uri Address => new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    /// <param name="withPolicy">Without it nothing but the page's own text keeps a browser from doing what a room says.</param>
    public static async Task<RoomSite> Start(RoomPage page, IReadOnlyDictionary<string, RoomToShow> rooms, bool withPolicy)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(page);
        builder.Services.AddSingleton<IRoomPages>(new GivenRooms(rooms));
        builder.Services.AddRateLimiter(limiter => limiter.AddPolicy(RateLimits.Lookup, _ => System.Threading.RateLimiting.RateLimitPartition.GetNoLimiter("")));
        WebApplication app = builder.Build();
        app.UseSecurityHeaders();
        if (!withPolicy)
        {
            app.Use(async (http, next) =>
            {
                http.Response.OnStarting(() =>
                {
                    http.Response.Headers.Remove("Content-Security-Policy");
                    return Task.CompletedTask;
                });
                await next(http);
            });
        }

        app.UseRateLimiter();
        ShowRoomPageEndpoint.Map(app);
        await app.StartAsync();
        return new RoomSite(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private sealed class GivenRooms(IReadOnlyDictionary<string, RoomToShow> rooms) : IRoomPages
    {
        public Task<RoomToShow?> Find(string handle, CancellationToken ct) => Task.FromResult(rooms.GetValueOrDefault(handle));
    }
}
