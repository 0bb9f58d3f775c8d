using System.Text.RegularExpressions;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// One domain's database, or that of one of its partitions: its log in one schema, its read models in another, and a connection pool of its own, so that
/// no statement can reach two domains.
/// </summary>
public sealed partial class LogDatabase : IAsyncDisposable
{
    private readonly LogKeys? keys;

    /// <summary>Readers of one process and domain at a time, unless the connection string says otherwise; more wait.</summary>
    public const int PooledConnectionsMax = 20;

    /// <param name="domain">The domain's name, lower case: <c>identity</c>.</param>
    /// <param name="connectionString">To the domain's own database, as its application role.</param>
    /// <param name="types">Every event type that the domain's log may hold.</param>
    /// <param name="logSchema">Holds <c>mt_*</c> and <c>wya_*</c>.</param>
    /// <param name="name">Of this log, where a domain has several; otherwise the domain's.</param>
    /// <param name="keys">Opens and seals sensitive values; null for a log that has none, and for readers who may not.</param>
    public LogDatabase(string domain, string connectionString, EventTypeMap types, string logSchema = "log", LogKeys? keys = null, string? name = null)
    {
        Name = name ?? domain;
        if (!SimpleName().IsMatch(domain) || !SimpleName().IsMatch(Name) || !SimpleName().IsMatch(logSchema))
        {
            throw new ArgumentException("Domain and schema names are lower-case letters, digits and underscores.");
        }

        Domain = domain;
        Types = types;
        this.keys = keys;
        Seals = new EventSeals(domain, keys?.Subjects);
        LogSchema = logSchema;
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = $"wya-{Name}",
            IncludeErrorDetail = false, // details quote row values
            MaxAutoPrepare = 64,
            AutoPrepareMinUsages = 3,
            // What a session is told ends with its transaction, is taken back, or is on a connection of its own; so nothing is left
            // to reset, which would be seven statements before each one that is meant.
            NoResetOnClose = true,
        };
        if (!settings.ContainsKey("Maximum Pool Size"))
        {
            settings.MaxPoolSize = PooledConnectionsMax;
        }

        Hosts = new DatabaseHosts(Name, settings);
        Newest = new NewestPage(this);
    }

    /// <summary>What is sealed in it says whose it is by this, in whichever of a domain's logs it stands.</summary>
    public string Domain { get; }

    /// <summary>The log's own: the domain's name, or that of one of its partitions.</summary>
    public string Name { get; }

    public EventTypeMap Types { get; }

    public EventSeals Seals { get; }

    public string LogSchema { get; }

    /// <summary>Where the live read models are.</summary>
    public string ReadSchema => "public";

    /// <summary>Where a rebuild fills its tables.</summary>
    public string ShadowSchema => "shadow";

    /// <summary>Where a swap leaves the tables that it replaced, for switching back.</summary>
    public string RetiredSchema => "retired";

    /// <summary>Where it is kept: one server, or a primary and its standbys.</summary>
    public DatabaseHosts Hosts { get; }

    /// <summary>Pooled sessions to the primary.</summary>
    public NpgsqlDataSource DataSource => Hosts.Primary;

    /// <summary>Raised with the log's head: after each commit of this process, and by a daemon's listener for those of others.</summary>
    public LogSignal Signal { get; } = new();

    /// <summary>The end of the log, read once for all who follow it in this process.</summary>
    internal NewestPage Newest { get; }

    /// <summary>A claim as the log holds it: where there are keys, a digest that nobody can try names against without them.</summary>
    public string StoredClaim(string claim) => keys?.Digest(claim) ?? claim;

    /// <summary>An id made from a name, by which nobody can tell the name without the keys. The same for ever.</summary>
    /// <param name="name">Its kind, a colon, and the rest: <c>direct:…</c>.</param>
    public Guid KeyedId(string name) => EventIds.ForCommand(Domain, "keyed id", StoredClaim(name));

    /// <summary>For what another domain has sealed in its own log, and this one carries as it is.</summary>
    public EventSeals SealsOf(string domain) => new(domain, keys?.Subjects);

    /// <summary>
    /// A few connections apart from the pool, for one kind of statement that many wait for: nothing else can keep them busy,
    /// and a statement's plan is made once for all values, where making it anew would cost more than carrying it out.
    /// </summary>
    public NpgsqlDataSource OpenLane(int connections) => Hosts.OpenLane(settings =>
    {
        settings.MaxPoolSize = connections;
        settings.AutoPrepareMinUsages = 1;
        settings.Options = "-c plan_cache_mode=force_generic_plan";
    });

    public ValueTask DisposeAsync() => Hosts.DisposeAsync();

    [GeneratedRegex("^[a-z][a-z0-9_]{0,40}$")]
    private static partial Regex SimpleName();
}
