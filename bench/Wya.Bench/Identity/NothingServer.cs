using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.FileProviders;
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

    /// <summary>Names a folder whose files are served as Kestrel serves files by itself.</summary>
    private const string FilesVariable = "WYA_BENCH_FILES";

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
        return app.RunAsync();
    }

    /// <param name="files">A folder to serve as well.</param>
    public static Task<ServerProcess> Start(string? files = null) => ServerProcess.Start(
        Path.GetFileName(Assembly.GetExecutingAssembly().Location),
        [Name],
        files is null ? [] : new Dictionary<string, string> { [FilesVariable] = files },
        "/");
}
