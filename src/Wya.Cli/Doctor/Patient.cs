using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>A database that is looked at, over one connection as the application's role.</summary>
internal sealed class Patient : IAsyncDisposable
{
    private readonly NpgsqlConnection connection;
    private readonly CancellationToken ct;

    private Patient(DatabaseHosts hosts, NpgsqlConnection connection, CancellationToken ct)
    {
        Hosts = hosts;
        this.connection = connection;
        this.ct = ct;
    }

    /// <summary>Where it is kept; the connection leads to the primary.</summary>
    public DatabaseHosts Hosts { get; }

    public int MajorVersion => connection.PostgreSqlVersion.Major;

    /// <returns>Null when it cannot be reached, which is a finding.</returns>
    public static async Task<Patient?> Open(Surroundings here, string name, Diagnosis found, CancellationToken ct)
    {
        string about = $"{name} database";
        DatabaseHosts? hosts = null;
        try
        {
            NpgsqlConnectionStringBuilder settings = Settings.Connection(here, name);
            SettingsCheckup.LookAtConnection(about, settings, found);
            hosts = new DatabaseHosts(name, settings);
            NpgsqlConnection connection = await hosts.OpenApart(_ => { }, ct: ct).ConfigureAwait(false);
            found.Good(about, "connection", "It answers.");
            return new Patient(hosts, connection, ct);
        }
        catch (Exception away) when (away is NpgsqlException or VerbRefusedException)
        {
            if (hosts is not null)
            {
                await hosts.DisposeAsync().ConfigureAwait(false);
            }

            found.Fault(about, "connection", away is VerbRefusedException ? away.Message : Failures.Sentence(away, name), $"Look at {Settings.Variable(name)} and at the server.");
            return null;
        }
    }

    public async Task<bool> Is(string condition) => (await Missing([("", condition)]).ConfigureAwait(false)).Count == 0;

    /// <summary>The names of those whose condition does not hold, or cannot be told; in one statement.</summary>
    public async Task<IReadOnlyList<string>> Missing(IEnumerable<(string Name, string Condition)> wanted)
    {
        (string Name, string Condition)[] all = [.. wanted];
        await using var command = new NpgsqlCommand($"select {string.Join(", ", all.Select(one => $"({one.Condition}) is true"))}", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return [.. all.Where((_, i) => !reader.GetBoolean(i)).Select(one => one.Name)];
    }

    public async Task<IReadOnlyList<string>> Texts(string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<string> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found.Add(reader.GetString(0));
        }

        return found;
    }

    public async Task<DateTimeOffset> Now()
    {
        await using var command = new NpgsqlCommand("select clock_timestamp()", connection);
        return new DateTimeOffset((DateTime)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!);
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        await Hosts.DisposeAsync().ConfigureAwait(false);
    }
}
