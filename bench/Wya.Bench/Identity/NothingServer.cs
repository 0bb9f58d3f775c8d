using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Wya.Bench.Identity;

/// <summary>
/// The reference over HTTP: Kestrel and routing, as the API has them, and answers that are always the same. What is left
/// out is everything that the API does.
/// </summary>
internal static class NothingServer
{
    public const string Name = "serve-nothing";

    /// <summary>Names a Redis to GET from, in the server's environment.</summary>
    public const string RedisVariable = "WYA_BENCH_REDIS";

    private const string Answer = """{"id":"01939c5e-7b1a-7c3e-9f00-5a2b8c1d4e6f","handle":"kapetakepekatakazape"}""";

    /// <summary>Names a folder whose files are served as Kestrel serves files by itself.</summary>
    public const string FilesVariable = "WYA_BENCH_FILES";

    public static Task Run()
    {
        WebApplicationBuilder builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        WebApplication app = builder.Build();
        if (Environment.GetEnvironmentVariable(FilesVariable) is { } folder)
        {
            app.UseStaticFiles(new StaticFileOptions { FileProvider = new PhysicalFileProvider(folder), RequestPath = "/files" });
        }

        app.MapGet("/", () => "");
        app.MapPost("/users", () => Results.Text(Answer, "application/json", statusCode: StatusCodes.Status201Created));
        app.MapGet("/users/{id}", (string id) => Results.Text(Answer, "application/json"));
        if (Environment.GetEnvironmentVariable(RedisVariable) is { Length: > 0 } redis)
        {
            IDatabase database = ConnectionMultiplexer.Connect(redis).GetDatabase();
            app.MapGet("/kept/{key}", async (string key) => Results.Text((string?)await database.StringGetAsync(key) ?? "", "application/json"));
        }

        return app.RunAsync();
    }

    public static Task<ServerProcess> Start(IReadOnlyDictionary<string, string>? environment = null) => ServerProcess.Start(
        Path.GetFileName(Assembly.GetExecutingAssembly().Location), [Name], environment ?? new Dictionary<string, string>(), "/");
}
