using Wya.Api;
using Wya.Api.Access;
using Wya.Api.Analysis;
using Wya.Api.Console;
using Wya.Api.Development;
using Wya.Api.Discovery;
using Wya.Api.Documentation;
using Wya.Api.Graph;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Api.Keys;
using Wya.Api.Messaging;
using Wya.Api.Messaging.Live;
using Wya.Api.MyData;
using Wya.Api.Operation;
using Wya.Api.Presence;
using Wya.Api.Reports;
using Wya.Api.Rooms;
using Wya.Api.Rooms.Pages;
using Wya.Api.Safety;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
Settings settings = Settings.Read(builder.Configuration, builder.Environment);

builder.AddHttp(settings);
builder.AddLogs();
builder.AddTelemetry(settings);
builder.AddBearerTokens(settings);
builder.Services.AddRateLimits(settings);
builder.Services.AddPersonKeys(settings);
builder.Services.AddSingleton<LogDatabases>();
builder.Services.AddSingleton<RedisServers>();
builder.Services.AddSingleton<ExternalLogs>();
builder.Services.AddSingleton<Enforcement>();
builder.Services.AddIdentity();
builder.Services.AddGraph();
builder.Services.AddRooms(settings);
builder.Services.AddMessaging(settings);
builder.Services.AddLive(settings);
builder.Services.AddPresence(settings);
builder.Services.AddRoomPages(settings);
builder.Services.AddDiscovery(settings);
builder.Services.AddSafety(settings);
builder.Services.AddReports(settings);
builder.Services.AddAnalysis();
builder.Services.AddConsole();
builder.Services.AddMyData(settings);
builder.Services.AddDevelopment(settings);
builder.Services.AddOperation(settings);
builder.Services.AddApiDescription();

WebApplication app = builder.Build();

app.UseHttp();
Health.Map(app);
if (settings.Answers)
{
    app.UseApiPage();
    app.UseSamplePages(settings);
    app.MapApiDescription();
    app.MapProblems();
    app.MapSchemas();
    app.MapIdentity();
    app.MapGraph();
    app.MapRooms();
    app.MapMessaging();
    app.MapPresence();
    ShowRoomPageEndpoint.Map(app);
    app.MapDiscovery();
    app.MapSafety();
    app.MapReports();
    app.MapAsyncApi();
    app.MapMyData();
    app.MapOperation();
    app.MapAnalysis();
    app.MapConsole();
    app.MapDevelopment(settings);
}

app.Run();
