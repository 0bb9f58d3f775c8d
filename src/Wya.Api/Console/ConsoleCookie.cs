using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Wya.EventStore;

namespace Wya.Api.Console;

/// <summary>The cookie that keeps a session: sealed, for this console alone, out of the reach of scripts and of other sites.</summary>
internal sealed class ConsoleCookie(IDataProtectionProvider protection)
{
    public const string Name = "wya_console";

    private readonly IDataProtector protector = protection.CreateProtector("console session");

    /// <returns>Null when there is none, or it is none of ours.</returns>
    public ConsoleSession? Read(HttpRequest request)
    {
        if (request.Cookies[Name] is not { Length: > 0 } text)
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<ConsoleSession>(protector.Unprotect(Base64Url.DecodeFromChars(text)), EventJson.Options);
        }
        catch (Exception strange) when (strange is CryptographicException or FormatException or JsonException)
        {
            return null;
        }
    }

    public void Write(HttpContext http, ConsoleSession session) => http.Response.Cookies.Append(
        Name, Base64Url.EncodeToString(protector.Protect(JsonSerializer.SerializeToUtf8Bytes(session, EventJson.Options))), Options(http));

    public static void Delete(HttpContext http) => http.Response.Cookies.Delete(Name, Options(http));

    /// <summary>No end of its own: it goes with the browser's window, and what it holds ends by itself.</summary>
    private static CookieOptions Options(HttpContext http) => new()
    {
        HttpOnly = true,
        Secure = http.Request.IsHttps,
        SameSite = SameSiteMode.Strict,
        Path = ConsoleParts.Root,
    };
}
