using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Wya.Bench.Identity;

/// <summary>
/// The reference over HTTP: Kestrel and routing, as the API has them, and answers that are always the same. What is left
/// out is everything that the API does.
/// </summary>
internal static class NothingServer
{
    public const string Name = "serve-nothing";

    private const string Answer = """{"id":"01939c5e-7b1a-7c3e-9f00-5a2b8c1d4e6f","handle":"kapetakepekatakazape"}""";

    public static Task Run()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        app.MapGet("/", () => "");
        app.MapPost("/users", () => Results.Text(Answer, "application/json", statusCode: StatusCodes.Status201Created));
        app.MapGet("/users/{id}", (string id) => Results.Text(Answer, "application/json"));
        return app.RunAsync();
    }

    public static Task<ServerProcess> Start() => ServerProcess.Start(
        Path.GetFileName(Assembly.GetExecutingAssembly().Location), [Name], new Dictionary<string, string>(), "/");
}
