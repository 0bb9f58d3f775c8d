using Microsoft.Extensions.Logging.Console;

namespace Wya.Api.Operation;

/// <summary>
/// Logs hold no ids, handles, addresses or bodies. The framework writes request addresses at Information and puts them
/// into scopes, so it speaks from Warning on and scopes are off, whatever a configuration file says.
/// </summary>
internal static class Logs
{
    private const string Framework = "Microsoft.AspNetCore";

    public static void AddLogs(this WebApplicationBuilder builder)
    {
        builder.Services.PostConfigure<LoggerFilterOptions>(filter =>
        {
            string?[] sinks = [.. filter.Rules.Select(rule => rule.ProviderName).Append(null).Distinct(StringComparer.Ordinal)];
            foreach (LoggerFilterRule rule in filter.Rules.Where(rule => IsFramework(rule.CategoryName)).ToArray())
            {
                filter.Rules.Remove(rule);
            }

            foreach (string? sink in sinks)
            {
                filter.Rules.Add(new LoggerFilterRule(sink, Framework, LogLevel.Warning, null));
            }
        });
        builder.Services.PostConfigure<SimpleConsoleFormatterOptions>(console => console.IncludeScopes = false);
        builder.Services.PostConfigure<JsonConsoleFormatterOptions>(console => console.IncludeScopes = false);
        builder.Services.PostConfigure<ConsoleFormatterOptions>(console => console.IncludeScopes = false);
    }

    private static bool IsFramework(string? category) => category?.StartsWith(Framework, StringComparison.OrdinalIgnoreCase) == true;
}
