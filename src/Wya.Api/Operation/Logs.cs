using Microsoft.Extensions.Logging.Console;

namespace Wya.Api.Operation;

/// <summary>
/// Logs hold no ids, handles, addresses or bodies. The framework writes request addresses at Information and puts them
/// into scopes, so it speaks from Warning on and scopes are off, whatever a configuration file says.
/// </summary>
internal static class Logs
{
    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
            filter.Rules.Add(new LoggerFilterRule(null, "Microsoft.AspNetCore", LogLevel.Warning, null)));
        builder.Services.PostConfigure<SimpleConsoleFormatterOptions>(console => console.IncludeScopes = false);
        builder.Services.PostConfigure<JsonConsoleFormatterOptions>(console => console.IncludeScopes = false);
        builder.Services.PostConfigure<ConsoleFormatterOptions>(console => console.IncludeScopes = false);
    }
}
