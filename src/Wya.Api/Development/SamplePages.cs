using Microsoft.Extensions.FileProviders;

namespace Wya.Api.Development;

/// <summary>The sample client, served beside the API that it talks to, where it can sign in as anybody.</summary>
internal static class SamplePages
{
    public const string Path = "/samples/talk";

    /// <summary>
    /// Its own files and its own server, and nothing else. Trusted types with no policy mean that no text ever becomes
    /// markup, whatever somebody wrote and whatever the script does.
    /// </summary>
    public const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; "
        + "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    public static void UseSamplePages(this IApplicationBuilder app, Settings settings)
    {
        string folder = System.IO.Path.Combine(AppContext.BaseDirectory, "samples", "talk");
        if (!settings.IssuesDevelopmentTokens || !Directory.Exists(folder))
        {
            return;
        }

        var files = new PhysicalFileProvider(folder);
        app.UseFileServer(new FileServerOptions { RequestPath = Path, FileProvider = files, RedirectToAppendTrailingSlash = true });
    }
}
