using System.Diagnostics;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Wya.Api.Messaging.Live;
using Wya.Api.Safety;
using Wya.EventStore.Postgres;
using Wya.Projections.Discovery;
using Wya.Projections.Graph;
using Wya.Projections.Redis;
using Wya.Projections.Rooms;

namespace Wya.Api.Operation;

/// <summary>
/// Traces and metrics by OTLP, when the standard <c>OTEL_EXPORTER_OTLP_ENDPOINT</c> says where to. Spans name route
/// templates, never addresses: an address holds ids and handles.
/// </summary>
internal static class Telemetry
{
    private static readonly string[] Sources = ["Microsoft.AspNetCore", "Npgsql", LogTelemetry.Name];
    private static readonly string[] Meters = ["Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", LogTelemetry.Name, RedisTelemetry.Name, GraphProjectionTelemetry.Name, RoomTelemetry.Name, DiscoveryTelemetry.Name, DueTelemetry.Name, LiveTelemetry.Name, AuditWatch.MeterName];

    public static void AddTelemetry(this WebApplicationBuilder builder, Settings settings)
    {
        if (string.IsNullOrEmpty(builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"]))
        {
            return;
        }

        ResourceBuilder resource = ResourceBuilder.CreateDefault()
            .AddService($"wya-{settings.Role.ToString().ToLowerInvariant()}")
            .AddEnvironmentVariableDetector();
        builder.Services.AddSingleton(_ => Tracing(resource).AddOtlpExporter().Build());
        builder.Services.AddSingleton(_ => Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource).AddMeter(Meters).AddOtlpExporter().Build());
        builder.Services.AddHostedService<Exporting>();
    }

    /// <summary>What is traced, and with what left out, wherever it is exported to.</summary>
    public static TracerProviderBuilder Tracing(ResourceBuilder resource) => Sdk.CreateTracerProviderBuilder()
        .SetResourceBuilder(resource)
        .AddSource(Sources)
        .AddProcessor(new WithoutPeople());

    /// <summary>Names the request's span by its route template.</summary>
    public static IApplicationBuilder UseRouteNames(this IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (Activity.Current is { } span)
        {
            string? route = (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText;
            span.DisplayName = route is null ? http.Request.Method : $"{http.Request.Method} {route}";
            span.SetTag("http.request.method", http.Request.Method);
            span.SetTag("http.route", route);
            http.Response.OnCompleted(() =>
            {
                span.SetTag("http.response.status_code", http.Response.StatusCode);
                return Task.CompletedTask;
            });
        }

        return next(http);
    });

    /// <summary>Drops whatever a library may have put on a span that could tell about a person.</summary>
    private sealed class WithoutPeople : BaseProcessor<Activity>
    {
        private static readonly string[] Dropped =
        [
            "url.path", "url.query", "url.full", "http.url", "http.target", "client.address", "client.port", "network.peer.address",
            "network.peer.port", "user_agent.original", "db.statement", "db.query.text", "db.operation.parameter",
            "exception.message", "exception.stacktrace",
        ];

        public override void OnEnd(Activity data)
        {
            foreach (string tag in Dropped)
            {
                data.SetTag(tag, null);
            }
        }
    }

    /// <summary>Makes the providers at the start; the container disposes them at the end, which sends what is left.</summary>
    private sealed class Exporting(TracerProvider traces, MeterProvider metrics) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken)
        {
            traces.ForceFlush((int)TimeSpan.FromSeconds(5).TotalMilliseconds);
            metrics.ForceFlush((int)TimeSpan.FromSeconds(5).TotalMilliseconds);
            return Task.CompletedTask;
        }
    }
}
