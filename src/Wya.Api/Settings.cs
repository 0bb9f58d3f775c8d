using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Api;

/// <summary>What a process does besides answering health.</summary>
internal enum ProcessRole
{
    /// <summary>API and worker in one.</summary>
    All,

    /// <summary>Answers requests; another process keeps the asynchronous read models.</summary>
    Api,

    /// <summary>Keeps the asynchronous read models and rebuilds them; answers nothing but health.</summary>
    Worker,
}

/// <summary>Everything that is set from outside, checked once at the start; docs/reference/settings.md explains each.</summary>
internal sealed record Settings
{
    public required string IdentityConnectionString { get; init; }

    public required string KeysConnectionString { get; init; }

    /// <summary>Never printed: it holds the master keys.</summary>
    public required KeyRing KeyRing { get; init; }

    public required string? KeyRingFile { get; init; }

    public required ProcessRole Role { get; init; }

    /// <summary>The OIDC authority; null means the built-in issuer, which exists in Development only.</summary>
    public required string? Authority { get; init; }

    public required string Audience { get; init; }

    public required string? DevelopmentKeyFile { get; init; }

    public required int RegistrationsPerMinute { get; init; }

    public required int LookupsPerMinute { get; init; }

    /// <summary>Exports of their data by one person.</summary>
    public required int ExportsPerHour { get; init; }

    /// <summary>Between asking for an erasure and it.</summary>
    public required TimeSpan ErasureGrace { get; init; }

    /// <summary>The shred ledger; null in Development alone.</summary>
    public required string? ErasureLedgerFile { get; init; }

    public bool IssuesDevelopmentTokens => Authority is null;

    public bool Answers => Role != ProcessRole.Worker;

    public bool Works => Role != ProcessRole.Api;

    /// <exception cref="SettingsException">A setting is missing, malformed, or not allowed here.</exception>
    public static Settings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        string? authority = Text(configuration, "Wya:Auth:Authority");
        string? keyFile = Text(configuration, "Wya:Auth:DevelopmentKeyFile");
        if (!environment.IsDevelopment() && keyFile is not null)
        {
            throw new SettingsException("Wya__Auth__DevelopmentKeyFile is for Development only: the built-in issuer gives a token to anyone who asks.");
        }

        if (!environment.IsDevelopment() && authority is null)
        {
            throw new SettingsException("Wya__Auth__Authority is not set: outside Development, tokens come from an OIDC authority.");
        }

        string? ledgerFile = Text(configuration, "Wya:Erasure:LedgerFile");
        if (!environment.IsDevelopment() && ledgerFile is null)
        {
            throw new SettingsException("Wya__Erasure__LedgerFile is not set: without it a restored backup would bring erased people back.");
        }

        return new Settings
        {
            IdentityConnectionString = Connection(configuration, "identity"),
            KeysConnectionString = Connection(configuration, KeysSchema.Name),
            KeyRing = ReadKeyRing(configuration),
            KeyRingFile = Text(configuration, "Wya:Keys:File"),
            Role = ReadRole(Text(configuration, "Wya:Role")),
            Authority = authority,
            Audience = Text(configuration, "Wya:Auth:Audience") ?? "wya",
            DevelopmentKeyFile = keyFile,
            RegistrationsPerMinute = Count(configuration, "Wya:Limits:RegistrationsPerMinute", environment.IsDevelopment() ? 6000 : 10),
            LookupsPerMinute = Count(configuration, "Wya:Limits:LookupsPerMinute", environment.IsDevelopment() ? 6000 : 120),
            ExportsPerHour = Count(configuration, "Wya:Limits:ExportsPerHour", environment.IsDevelopment() ? 600 : 5),
            ErasureGrace = TimeSpan.FromDays(Count(configuration, "Wya:Erasure:GraceDays", 30, least: environment.IsDevelopment() ? 0 : 1)),
            ErasureLedgerFile = ledgerFile,
        };
    }

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value ? value : null;

    private static string Connection(IConfiguration configuration, string database) =>
        configuration.GetConnectionString(database) is { Length: > 0 } connection
            ? connection
            : throw new SettingsException($"ConnectionStrings__{database} is not set: the {database} database, as its application role.");

    private static KeyRing ReadKeyRing(IConfiguration configuration)
    {
        string? file = Text(configuration, "Wya:Keys:File"), ring = Text(configuration, "Wya:Keys:Ring");
        try
        {
            return (file, ring) switch
            {
                ({ } path, null) => KeyRing.ReadFile(path),
                (null, { } json) => KeyRing.Parse(json),
                (null, null) => throw new SettingsException(
                    "Neither Wya__Keys__File nor Wya__Keys__Ring is set: the key ring, as 'wya keys init' makes it."),
                _ => throw new SettingsException("Wya__Keys__File and Wya__Keys__Ring are both set; set one of them."),
            };
        }
        catch (KeyRingException unusable)
        {
            throw new SettingsException($"{(file is null ? "Wya__Keys__Ring" : "Wya__Keys__File")}: {unusable.Message}");
        }
    }

    private static ProcessRole ReadRole(string? text) => text switch
    {
        null or "all" => ProcessRole.All,
        "api" => ProcessRole.Api,
        "worker" => ProcessRole.Worker,
        _ => throw new SettingsException("Wya__Role must be all, api or worker."),
    };

    private static int Count(IConfiguration configuration, string key, int otherwise, int least = 1)
    {
        string? text = Text(configuration, key);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least
            ? count
            : throw new SettingsException(string.Create(
                CultureInfo.InvariantCulture, $"{key.Replace(":", "__", StringComparison.Ordinal)} must be a whole number from {least} on."));
    }
}

/// <summary>The process cannot start as it was set up; the message says what to set.</summary>
internal sealed class SettingsException(string message) : Exception(message);
