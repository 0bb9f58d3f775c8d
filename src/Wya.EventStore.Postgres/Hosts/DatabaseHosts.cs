using System.Collections.Concurrent;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The servers of one database, of which at any moment one is the primary: <c>Host=a:5432,b:5432</c>. With a single host
/// it is a pool and nothing else.
///
/// Epochs. A server's timeline rises with every promotion, so it counts the primaries that there have been. This process
/// remembers the highest that it has seen on any host, looks at all of them before it first uses one and every second from
/// then on, and uses no primary of a lower one: its pools pass it over, what was open to it is ended.
///
/// Confirmation. With synchronous replication a row is visible on its primary only once a standby has it, but for one
/// case: a primary that crashed and came back shows all that it had written down, confirmed or not. So the first session
/// to each start of a primary waits for an empty commit, which is answered only when a standby has all that came before
/// it. No session of this process ever sees what was there at the start and may be lost yet.
///
/// Cost: a session to each host, one question a second. Nothing for who has one host.
/// </summary>
public sealed partial class DatabaseHosts : IAsyncDisposable
{
    /// <summary>How long the first session to a primary waits for a standby to confirm what is there.</summary>
    public const int ConfirmSecondsMax = 5;

    private const int ConnectSeconds = 3;
    private const int RecheckSeconds = 1;

    private readonly string name;
    private readonly string[] hosts;
    private readonly NpgsqlConnectionStringBuilder settings;
    private readonly ConcurrentDictionary<(DateTime StartedAt, long Epoch), bool> confirmed = new();
    private readonly NpgsqlMultiHostDataSource? pools;
    private readonly ConcurrentBag<NpgsqlMultiHostDataSource> lanes = [];
    private long epoch;

    /// <param name="name">Of the database, for telemetry.</param>
    /// <param name="settings">As for a pool; of a host without a port, <c>Port</c>.</param>
    public DatabaseHosts(string name, NpgsqlConnectionStringBuilder settings)
    {
        this.name = name;
        hosts = (settings.Host ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        this.settings = settings = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        if (!AreSeveral)
        {
            Primary = Replicas = new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = name }.Build();
            return;
        }

        settings.Remove("Target Session Attributes"); // that is for whoever opens a session to say
        settings.HostRecheckSeconds = RecheckSeconds;
        if (!settings.ContainsKey("Timeout"))
        {
            settings.Timeout = ConnectSeconds; // whoever asks waits so long for a host that says nothing, before the next is asked
        }

        pools = Pools(settings);
        Primary = pools.WithTargetSession(TargetSessionAttributes.Primary);
        Replicas = pools.WithTargetSession(TargetSessionAttributes.PreferStandby);
        HostTelemetry.Watch(this);
    }

    public string Name => name;

    public bool AreSeveral => hosts.Length > 1;

    /// <summary>Sessions to the primary.</summary>
    public NpgsqlDataSource Primary { get; }

    /// <summary>Sessions to a standby while there is one, else to the primary.</summary>
    public NpgsqlDataSource Replicas { get; }

    /// <summary>The highest seen; 0 before the first look, and for a single host.</summary>
    public long Epoch => Interlocked.Read(ref epoch);

    /// <summary>A few pooled sessions to the primary apart from the others, with settings of their own.</summary>
    public NpgsqlDataSource OpenLane(Action<NpgsqlConnectionStringBuilder> change)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        change(own);
        if (!AreSeveral)
        {
            return new NpgsqlDataSourceBuilder(own.ConnectionString) { Name = name }.Build();
        }

        NpgsqlMultiHostDataSource lane = Pools(own);
        lanes.Add(lane);
        return lane.WithTargetSession(TargetSessionAttributes.Primary);
    }

    /// <summary>An open session to the primary that no pool knows.</summary>
    /// <exception cref="NpgsqlException">No host is a primary that may be used; or the only host is away.</exception>
    public async Task<NpgsqlConnection> OpenApart(
        Action<NpgsqlConnectionStringBuilder> change, Action<NpgsqlConnection>? prepare = null, CancellationToken ct = default)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        change(own);
        own.Pooling = false;
        if (!AreSeveral)
        {
            return await Open(own, prepare, ct).ConfigureAwait(false);
        }

        Exception? last = null;
        foreach (string host in hosts.OrderByDescending(IsPrimaryAsSeen))
        {
            NpgsqlConnection? connection = null;
            try
            {
                connection = await Open(At(own, host), prepare, ct).ConfigureAwait(false);
                if (await Admit(connection).ConfigureAwait(false))
                {
                    return connection;
                }
            }
            catch (Exception unusable) when (unusable is NpgsqlException or TimeoutException && !ct.IsCancellationRequested)
            {
                last = unusable is PrimaryFencedException or PrimaryUnconfirmedException ? unusable : last ?? unusable;
            }

            if (connection is not null)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
            }
        }

        throw last is PrimaryFencedException ? last : new NoPrimaryException(last);
    }

    public async ValueTask DisposeAsync()
    {
        await StopLooking().ConfigureAwait(false);
        HostTelemetry.Leave(this);
        foreach (NpgsqlMultiHostDataSource lane in lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }

        if (pools is not null)
        {
            await pools.DisposeAsync().ConfigureAwait(false);
        }
        else
        {
            await Primary.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<NpgsqlConnection> Open(NpgsqlConnectionStringBuilder own, Action<NpgsqlConnection>? prepare, CancellationToken ct)
    {
        var connection = new NpgsqlConnection(own.ConnectionString);
        try
        {
            prepare?.Invoke(connection);
            await connection.OpenAsync(ct).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static NpgsqlConnectionStringBuilder At(NpgsqlConnectionStringBuilder settings, string host)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString);
        int colon = host.LastIndexOf(':');
        bool hasPort = colon > 0 && host.IndexOf(':', StringComparison.Ordinal) == colon && int.TryParse(host[(colon + 1)..], out _);
        own.Host = hasPort ? host[..colon] : host;
        own.Port = hasPort ? int.Parse(host[(colon + 1)..], System.Globalization.CultureInfo.InvariantCulture) : own.Port;
        return own;
    }

    private NpgsqlMultiHostDataSource Pools(NpgsqlConnectionStringBuilder own)
    {
        var builder = new NpgsqlDataSourceBuilder(own.ConnectionString) { Name = name };
        builder.UsePhysicalConnectionInitializer(
            connection => Admit(connection).GetAwaiter().GetResult(),
            connection => Admit(connection));
        return builder.BuildMultiHost();
    }

    /// <summary>Every new session passes here, pooled or not.</summary>
    /// <returns>Whether it leads to the primary; false for a standby.</returns>
    /// <exception cref="NpgsqlException">A primary that may not be used.</exception>
    private async Task<bool> Admit(NpgsqlConnection connection)
    {
        HostAnswer answer = await HostQuestions.Who(connection, CancellationToken.None).ConfigureAwait(false);
        if (answer.IsStandby)
        {
            return false;
        }

        await FirstLook().ConfigureAwait(false);
        Saw(answer.Epoch);
        if (answer.Epoch < Epoch)
        {
            throw new PrimaryFencedException(answer.Epoch, Epoch);
        }

        (DateTime, long) start = (answer.StartedAt, answer.Epoch);
        if (answer.ConfirmsBeforeAnswering && !confirmed.ContainsKey(start))
        {
            confirmed[start] = await HostQuestions.Confirm(connection).ConfigureAwait(false) ? true : throw new PrimaryUnconfirmedException();
        }

        return true;
    }
}
