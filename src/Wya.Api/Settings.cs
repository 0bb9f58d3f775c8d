using System.Globalization;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Domain.Rooms.Content;
using Wya.Domain.Safety.Scanning;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Messaging;
using Wya.Projections.Redis;
using Wya.Projections.Relay;
using Wya.Projections.Rooms.Objects;

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
    /// <summary>By domain, and where messaging has several logs by each of them.</summary>
    public required IReadOnlyDictionary<string, string> ConnectionStrings { get; init; }

    public required string KeysConnectionString { get; init; }

    /// <summary>How many databases conversations are shared among.</summary>
    public required int MessagingPartitions { get; init; }

    /// <summary>The Redis of caches; null: they are done without.</summary>
    public required string? CacheConnectionString { get; init; }

    /// <summary>The Redis of presence, which nothing else shares.</summary>
    public required string? PresenceConnectionString { get; init; }

    /// <summary>Where domains are published to; null: nowhere.</summary>
    public required RelaySettings? Relay { get; init; }

    /// <summary>Never printed: it holds the master keys.</summary>
    public required KeyRing KeyRing { get; init; }

    public required string? KeyRingFile { get; init; }

    public required ProcessRole Role { get; init; }

    /// <summary>The OIDC authority; null means the built-in issuer.</summary>
    public required string? Authority { get; init; }

    public required string Audience { get; init; }

    /// <summary>Holds the built-in issuer's private key. Null where none is needed, and in Development for one that ends with the process.</summary>
    public required string? SigningKeyFile { get; init; }

    public required int SessionIdleDays { get; init; }

    public required int SessionDaysMax { get; init; }

    public required int RegistrationsPerMinute { get; init; }

    public required int LookupsPerMinute { get; init; }

    /// <summary>Exports of their data by one person.</summary>
    public required int ExportsPerHour { get; init; }

    /// <summary>Between asking for an erasure and it.</summary>
    public required TimeSpan ErasureGrace { get; init; }

    /// <summary>The shred ledger; null in Development alone.</summary>
    public required string? ErasureLedgerFile { get; init; }

    /// <summary>Where checkpoints of safety's log are kept, outside its database; null in Development alone.</summary>
    public required string? CheckpointFile { get; init; }

    /// <summary>How long an event of safety's log waits for a checkpoint at most.</summary>
    public required TimeSpan CheckpointEvery { get; init; }

    /// <summary>A folder for the objects of rooms; null where <see cref="S3"/> is set.</summary>
    public required string? ObjectsFolder { get; init; }

    /// <summary>The bucket for the objects of rooms; null where a folder is used.</summary>
    public required S3Settings? S3 { get; init; }

    /// <summary>Whoever has passed the check is sent on to the bucket itself for so long; zero: objects come through here.</summary>
    public required TimeSpan S3RedirectLifetime { get; init; }

    /// <summary>An origin of their own for what rooms hold, as <c>https://rooms.example.org</c>; empty: this API's.</summary>
    public required string ContentOrigin { get; init; }

    /// <summary>When a publication that was broken off is given up.</summary>
    public required TimeSpan OrphanAge { get; init; }

    public required int SignInsPerMinute { get; init; }

    /// <summary>Whatever one person writes: messages, edits, reactions.</summary>
    public required int MessagesPerMinute { get; init; }

    /// <summary>Heartbeats of one person, over HTTP.</summary>
    public required int HeartbeatsPerMinute { get; init; }

    /// <summary>How long a presence outlives its last heartbeat.</summary>
    public required TimeSpan PresenceLifetime { get; init; }

    /// <summary>How long a question to Redis waits before the request goes on without.</summary>
    public required TimeSpan RedisWait { get; init; }

    /// <summary>How long a request waits for rows to hold what it depends on.</summary>
    public required TimeSpan PositionWait { get; init; }

    /// <summary>How often whatever follows a log looks for itself; it is told at once when something is appended.</summary>
    public required TimeSpan FollowersPoll { get; init; }

    /// <summary>How closely anybody of a layer is placed at most, where an operator wants less than the table gives. Null: not at all.</summary>
    public required IReadOnlyDictionary<AgeLayer, LocationTier?> FinestTiers { get; init; }

    /// <summary>Connections to the live feed that one person begins.</summary>
    public required int LiveConnectsPerMinute { get; init; }

    public required int RefreshesPerMinute { get; init; }

    /// <summary>Where links in rooms may lead.</summary>
    public required IReadOnlyList<string> RoomLinkHosts { get; init; }

    /// <summary>Where pictures, sound and film in rooms may come from.</summary>
    public required IReadOnlyList<string> RoomMediaHosts { get; init; }

    /// <summary>Reports by one person.</summary>
    public required int ReportsPerHour { get; init; }

    /// <summary>What looks at what people write, after it was sent; none where it is turned off.</summary>
    public required IReadOnlyList<IContentScanner> Scanners { get; init; }

    public required bool IsDevelopment { get; init; }

    /// <summary>People sign in here, and sessions are kept; otherwise an authority does both.</summary>
    public bool IssuesTokens => Authority is null;

    /// <summary>For any user, to anyone who asks.</summary>
    public bool IssuesDevelopmentTokens => IssuesTokens && IsDevelopment;

    public bool Answers => Role != ProcessRole.Worker;

    public bool Works => Role != ProcessRole.Api;

    /// <summary>Ten years: what is longer was not meant.</summary>
    private const int DaysMax = 3650;

    /// <exception cref="SettingsException">A setting is missing, malformed, or not allowed here.</exception>
    public static Settings Read(IConfiguration configuration, IHostEnvironment environment)
    {
        string? authority = Text(configuration, "Wya:Auth:Authority");
        string? keyFile = Text(configuration, "Wya:Auth:SigningKeyFile");
        ProcessRole role = ReadRole(Text(configuration, "Wya:Role"));
        if (!environment.IsDevelopment() && authority is null && keyFile is null && role != ProcessRole.Worker)
        {
            throw new SettingsException(
                "Neither Wya__Auth__SigningKeyFile nor Wya__Auth__Authority is set: a key to sign tokens with, or the OIDC authority that issues them.");
        }

        string? ledgerFile = Text(configuration, "Wya:Erasure:LedgerFile");
        if (!environment.IsDevelopment() && ledgerFile is null)
        {
            throw new SettingsException("Wya__Erasure__LedgerFile is not set: without it a restored backup would bring erased people back.");
        }

        string? checkpointFile = Text(configuration, "Wya:Safety:CheckpointFile");
        if (!environment.IsDevelopment() && checkpointFile is null)
        {
            throw new SettingsException("Wya__Safety__CheckpointFile is not set: without it safety's log could be changed unseen.");
        }

        S3Settings? s3 = ReadS3(configuration);
        string? folder = Text(configuration, "Wya:Rooms:Folder");
        if ((s3 is null) == (folder is null) && !(environment.IsDevelopment() && s3 is null))
        {
            throw new SettingsException("Set one of Wya__Rooms__Folder and Wya__S3__Bucket: where the versions of rooms are kept.");
        }

        int partitions = Count(configuration, "Wya:Messaging:Partitions", 1, MessagingDomain.PartitionsMax);
        int idleDays = Count(configuration, "Wya:Sessions:IdleDays", 30, DaysMax);
        return new Settings
        {
            MessagingPartitions = partitions,
            ConnectionStrings = Domains.Of(partitions).ToDictionary(domain => domain.Name, domain => Connection(configuration, domain.Name), StringComparer.Ordinal),
            KeysConnectionString = Connection(configuration, KeysSchema.Name),
            CacheConnectionString = Redis(configuration, "cache"),
            PresenceConnectionString = Redis(configuration, "presence"),
            Relay = ReadRelay(configuration),
            KeyRing = ReadKeyRing(configuration),
            KeyRingFile = Text(configuration, "Wya:Keys:File"),
            Role = role,
            Authority = authority,
            Audience = Text(configuration, "Wya:Auth:Audience") ?? "wya",
            SigningKeyFile = authority is null ? keyFile : null,
            IsDevelopment = environment.IsDevelopment(),
            SessionIdleDays = idleDays,
            SessionDaysMax = Count(configuration, "Wya:Sessions:DaysMax", Math.Max(180, idleDays), DaysMax),
            RegistrationsPerMinute = Count(configuration, "Wya:Limits:RegistrationsPerMinute", environment.IsDevelopment() ? 6000 : 10),
            LookupsPerMinute = Count(configuration, "Wya:Limits:LookupsPerMinute", environment.IsDevelopment() ? 6000 : 120),
            SignInsPerMinute = Count(configuration, "Wya:Limits:SignInsPerMinute", environment.IsDevelopment() ? 6000 : 10),
            MessagesPerMinute = Count(configuration, "Wya:Limits:MessagesPerMinute", environment.IsDevelopment() ? 1_000_000 : 240),
            HeartbeatsPerMinute = Count(configuration, "Wya:Limits:HeartbeatsPerMinute", environment.IsDevelopment() ? 1_000_000 : 60),
            PresenceLifetime = TimeSpan.FromSeconds(Count(configuration, "Wya:Presence:LifetimeSeconds", 90, 120, least: 60)),
            RedisWait = TimeSpan.FromMilliseconds(Count(configuration, "Wya:RedisWaitMilliseconds", (int)RedisServer.AnswerWithin.TotalMilliseconds, 60_000)),
            FollowersPoll = TimeSpan.FromSeconds(Count(configuration, "Wya:FollowersPollSeconds", 1, 60)),
            PositionWait = TimeSpan.FromMilliseconds(Count(configuration, "Wya:PositionWaitMilliseconds", 500, 60_000)),
            FinestTiers = new Dictionary<AgeLayer, LocationTier?>
            {
                [AgeLayer.Minor] = Tier(configuration, "Wya:Presence:FinestTier:Minor"),
                [AgeLayer.Transitional] = Tier(configuration, "Wya:Presence:FinestTier:Transitional"),
                [AgeLayer.Adult] = Tier(configuration, "Wya:Presence:FinestTier:Adult"),
            },
            LiveConnectsPerMinute = Count(configuration, "Wya:Limits:LiveConnectsPerMinute", environment.IsDevelopment() ? 60_000 : 60),
            RefreshesPerMinute = Count(configuration, "Wya:Limits:RefreshesPerMinute", environment.IsDevelopment() ? 6000 : 120),
            RoomLinkHosts = Hosts(configuration, "Wya:Rooms:LinkHosts"),
            RoomMediaHosts = Hosts(configuration, "Wya:Rooms:MediaHosts"),
            ReportsPerHour = Count(configuration, "Wya:Limits:ReportsPerHour", environment.IsDevelopment() ? 100_000 : 60),
            Scanners = ReadScanners(Text(configuration, "Wya:Safety:Scanners") ?? "phrases,links", Text(configuration, "Wya:Safety:PhrasesFile")),
            ExportsPerHour = Count(configuration, "Wya:Limits:ExportsPerHour", environment.IsDevelopment() ? 600 : 5),
            ErasureGrace = TimeSpan.FromDays(Count(configuration, "Wya:Erasure:GraceDays", 30, least: environment.IsDevelopment() ? 0 : 1)),
            ErasureLedgerFile = ledgerFile,
            CheckpointFile = checkpointFile,
            CheckpointEvery = TimeSpan.FromSeconds(Count(configuration, "Wya:Safety:CheckpointSeconds", 10, 3600)),
            S3 = s3,
            ObjectsFolder = s3 is null ? folder ?? Path.Combine(AppContext.BaseDirectory, "objects") : null,
            S3RedirectLifetime = TimeSpan.FromSeconds(Count(configuration, "Wya:S3:RedirectSeconds", 0, 300, least: 0)),
            ContentOrigin = ReadOrigin(Text(configuration, "Wya:Rooms:ContentOrigin")),
            OrphanAge = TimeSpan.FromHours(Count(configuration, "Wya:Rooms:OrphanHours", 48, 24 * 365)),
        };
    }

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { Length: > 0 } value ? value : null;

    private static RelaySettings? ReadRelay(IConfiguration configuration)
    {
        try
        {
            return RelaySettings.Read(name => Text(configuration, name.Replace("__", ":", StringComparison.Ordinal)));
        }
        catch (FormatException malformed)
        {
            throw new SettingsException(malformed.Message);
        }
    }

    private static string[] Hosts(IConfiguration configuration, string key)
    {
        string[] hosts = (Text(configuration, key) ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return hosts.All(WebAddress.IsHostPattern)
            ? hosts
            : throw new SettingsException($"{key.Replace(":", "__", StringComparison.Ordinal)} must be names of hosts, as example.org,*.example.net.");
    }

    private static string Connection(IConfiguration configuration, string database) =>
        configuration.GetConnectionString(database) is { Length: > 0 } connection
            ? connection
            : throw new SettingsException($"ConnectionStrings__{database} is not set: the {database} database, as its application role.");

    /// <summary>What is finer than the layer's own table is not refused, and has no effect: the table can only be tightened.</summary>
    private static LocationTier? Tier(IConfiguration configuration, string key) => Text(configuration, key) switch
    {
        null or "immediate" => LocationTier.Immediate,
        "nearby" => LocationTier.Nearby,
        "local" => LocationTier.Local,
        "city" => LocationTier.City,
        "off" => null,
        _ => throw new SettingsException($"{key.Replace(":", "__", StringComparison.Ordinal)} must be off, city, local, nearby or immediate."),
    };

    private static string? Redis(IConfiguration configuration, string name)
    {
        string? connection = configuration.GetConnectionString(name) is { Length: > 0 } given ? given : null;
        return connection is null || RedisServer.IsConnectionString(connection)
            ? connection
            : throw new SettingsException($"ConnectionStrings__{name} is no Redis connection string, as host:port,password=….");
    }

    private static S3Settings? ReadS3(IConfiguration configuration)
    {
        string? bucket = Text(configuration, "Wya:S3:Bucket"), key = Text(configuration, "Wya:S3:AccessKey"), secret = Text(configuration, "Wya:S3:SecretKey");
        return (bucket, key, secret) switch
        {
            (null, _, _) => null,
            ({ } name, { } id, { } word) => new S3Settings(Text(configuration, "Wya:S3:Endpoint"), Text(configuration, "Wya:S3:Region") ?? "us-east-1", name, id, word),
            _ => throw new SettingsException("Wya__S3__Bucket needs Wya__S3__AccessKey and Wya__S3__SecretKey."),
        };
    }

    private static IContentScanner[] ReadScanners(string names, string? phrasesFile) => names == "off"
        ? []
        : [.. names.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(name => (IContentScanner)(name switch
        {
            "phrases" => phrasesFile is null ? PhraseScanner.BuiltIn : ReadPhrases(phrasesFile),
            "links" => new LinkScanner(),
            _ => throw new SettingsException("Wya__Safety__Scanners must be off, or some of phrases and links, with commas between."),
        }))];

    private static PhraseScanner ReadPhrases(string file)
    {
        try
        {
            return new PhraseScanner(File.ReadAllText(file));
        }
        catch (Exception unusable) when (unusable is FormatException or IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"Wya__Safety__PhrasesFile: {unusable.Message}");
        }
    }

    private static string ReadOrigin(string? text) =>
        text is null ? ""
        : Uri.TryCreate(text, UriKind.Absolute, out Uri? origin) && origin.Scheme is "http" or "https" && origin.AbsolutePath == "/" && origin.Query.Length == 0
            ? origin.GetLeftPart(UriPartial.Authority)
            : throw new SettingsException("Wya__Rooms__ContentOrigin must be an origin, as https://rooms.example.org.");

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

    private static string WholeNumber(int least, int max) => string.Create(
        CultureInfo.InvariantCulture,
        $"must be a whole number {(least == 0 ? "from 0 on" : $"above {least - 1}")}{(max == int.MaxValue ? "" : $", and at most {max}")}");

    private static int Count(IConfiguration configuration, string key, int otherwise, int max = int.MaxValue, int least = 1)
    {
        string? text = Text(configuration, key);
        if (text is null)
        {
            return otherwise;
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int count) && count >= least && count <= max
            ? count
            : throw new SettingsException(
                $"{key.Replace(":", "__", StringComparison.Ordinal)} {WholeNumber(least, max)}.");
    }
}

/// <summary>The process cannot start as it was set up; the message says what to set.</summary>
internal sealed class SettingsException(string message) : Exception(message);
