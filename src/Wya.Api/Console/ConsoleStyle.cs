using System.Security.Cryptography;
using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;

namespace Wya.Api.Console;

/// <summary>The console's one style sheet, at an address that changes with it, and its icon; and the one script, which only keeps a page looking that somebody asked to.</summary>
internal static class ConsoleStyle
{
    private static readonly byte[] Sheet = Read("console.css"), Icon = Read("console.svg"), Script = Read("console.js");

    public static string Address { get; } = $"{ConsoleParts.Root}/console.css?{Convert.ToHexStringLower(SHA256.HashData(Sheet).AsSpan(0, 6))}";

    public static string IconAddress { get; } = $"{ConsoleParts.Root}/console.svg?{Convert.ToHexStringLower(SHA256.HashData(Icon).AsSpan(0, 6))}";

    public static string ScriptAddress { get; } = $"{ConsoleParts.Root}/console.js?{Convert.ToHexStringLower(SHA256.HashData(Script).AsSpan(0, 6))}";

    public static void Map(IEndpointRouteBuilder pages)
    {
        pages.MapGet("console.css", (HttpResponse response) => Kept(response, Sheet, "text/css; charset=utf-8"))
            .AllowAnyone()
            .WithSummary("The console's styles");
        pages.MapGet("console.svg", (HttpResponse response) => Kept(response, Icon, "image/svg+xml"))
            .AllowAnyone()
            .WithSummary("The console's icon");
        pages.MapGet("console.js", (HttpResponse response) => Kept(response, Script, "text/javascript; charset=utf-8"))
            .AllowAnyone()
            .WithSummary("What keeps a page of the console looking");
    }

    private static FileContentHttpResult Kept(HttpResponse response, byte[] bytes, string type)
    {
        response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return TypedResults.Bytes(bytes, type);
    }

    private static byte[] Read(string name)
    {
        using Stream stream = typeof(ConsoleStyle).Assembly.GetManifestResourceStream("pages/" + name)!;
        byte[] bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
