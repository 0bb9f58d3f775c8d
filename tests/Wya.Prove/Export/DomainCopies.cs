using System.Diagnostics;
using System.Globalization;
using Npgsql;
using Wya.Cli;
using Wya.Projections;
using Wya.Testing;

namespace Wya.Prove.Export;

/// <summary>A log of messages, written as fast as the server can; and the tool, in this process or in one of its own.</summary>
internal static class DomainCopies
{
    private const int Conversations = 10_000, People = 50_000;

    /// <exception cref="InvalidOperationException">DuckDB's library is not there.</exception>
    public static void Need()
    {
        if (!File.Exists(Environment.GetEnvironmentVariable(DuckDbLibrary.Variable)))
        {
            throw new InvalidOperationException($"Set {DuckDbLibrary.Variable} to DuckDB's library; ./dev does.");
        }
    }

    /// <summary>Messages as the append writes them: metadata, a sealed content of some 200 bytes, now and then a mention.</summary>
    public static Task Fill(TestDatabase database, int events, CancellationToken ct) => Execute(
        database,
        string.Create(CultureInfo.InvariantCulture,
        $$"""
        insert into log.mt_streams (id, type, version) select ('0198c5a2-7b5e-7c3f-9d01-' || lpad(s::text, 12, '0'))::uuid, 'conversation', 0 from generate_series(0, {{Conversations - 1}}) s;
        insert into log.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, headers)
        select n, ('0198c5a2-7b5e-7c3f-9d02-' || lpad(n::text, 12, '0'))::uuid, ('0198c5a2-7b5e-7c3f-9d01-' || lpad((n % {{Conversations}})::text, 12, '0'))::uuid,
               1 + n / {{Conversations}},
               jsonb_build_object('sender_id', person, 'kind', 'text',
                   'content', 'sealed1:' || replace(person, '-', '') || ':0198c5a27b5e7c3f9d02' || lpad(n::text, 12, '0') || ':content:' || repeat(md5(n::text), 4))
               || case when n % 10 = 0 then jsonb_build_object('mentions', jsonb_build_array(person)) else '{}' end,
               'message.sent', timestamptz '2026-01-01' + n * interval '1 second', 'Wya.Domain.Messaging.Events.MessageSent, Wya.Domain',
               md5(n::text), jsonb_build_object('actor', person, 'source', 'messaging', 'schema_version', 1)
          from generate_series(1, {{events}}) n, lateral (select '0198c5a2-7b5e-7c3f-9d00-' || lpad((n::bigint * 7919 % {{People}})::text, 12, '0') as person) p;
        update log.wya_log_head set position = {{events}}, time = now();
        analyze log.mt_events;
        """),
        ct);

    /// <summary>The server's own COPY of the same rows, read and formatted, and written where nothing has to be kept.</summary>
    public static Task CopyToNowhere(TestDatabase database, CancellationToken ct) => Execute(database, "copy log.mt_events to '/dev/null'", ct);

    public static Surroundings Here(TestDatabase? database)
    {
        Dictionary<string, string> variables = database is null ? [] : Connections(database);
        return new Surroundings
        {
            Domains = Domains.All,
            Streams = StreamFold.All,
            Variable = name => variables.GetValueOrDefault(name) ?? (name == DuckDbLibrary.Variable ? Environment.GetEnvironmentVariable(name) : null),
            Output = new StringWriter(),
            Error = new StringWriter(),
            OutputIsTerminal = false,
            Clock = TimeProvider.System,
        };
    }

    public static Process Start(TestDatabase database, params string[] arguments)
    {
        // The tool's own file does not name the web framework, whose assemblies its libraries find here and nowhere else.
        string frameworks = Path.Combine(AppContext.BaseDirectory, "Wya.Prove.runtimeconfig.json"), wya = Path.Combine(AppContext.BaseDirectory, "wya.dll");
        var start = new ProcessStartInfo("dotnet", ["exec", "--runtimeconfig", frameworks, wya, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach ((string name, string value) in Connections(database))
        {
            start.Environment[name] = value;
        }

        return Process.Start(start)!;
    }

    /// <summary>The most that has been resident so far; 0 once it has ended.</summary>
    public static double PeakMegabytes(Process process)
    {
        try
        {
            string? line = File.ReadLines($"/proc/{process.Id}/status").FirstOrDefault(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? 0 : double.Parse(line["VmHWM:".Length..].Replace("kB", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) / 1024;
        }
        catch (IOException)
        {
            return 0;
        }
    }

    private static Dictionary<string, string> Connections(TestDatabase database) =>
        Domains.All.ToDictionary(domain => $"ConnectionStrings__{domain.Name}", _ => database.ConnectionString);

    private static async Task Execute(TestDatabase database, string sql, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 1_200 };
        await command.ExecuteNonQueryAsync(ct);
    }
}
