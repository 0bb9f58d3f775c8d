using System.Diagnostics;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Prove.Rebuild;

/// <summary>Reads rows of a read model without pause, as the application's role; every stream has a row, so none may be missing.</summary>
internal sealed class RebuildReader
{
    private readonly long[] versions;

    public RebuildReader(string connectionString, ReadModel model, int streams, CancellationToken stop)
    {
        versions = new long[streams];
        Reading = Task.Run(() => Read(connectionString, model.Tables[0].Name, stop), CancellationToken.None);
    }

    public Task Reading { get; }

    public int Reads { get; private set; }

    public int Failed { get; private set; }

    public int Empty { get; private set; }

    /// <summary>Rows older than this reader had seen them.</summary>
    public int GoneBack { get; private set; }

    public double SlowestMilliseconds { get; private set; }

    private async Task Read(string connectionString, string table, CancellationToken stop)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        var random = new Random(7);
        while (!stop.IsCancellationRequested)
        {
            int stream = random.Next(versions.Length);
            long start = Stopwatch.GetTimestamp();
            Reads++;
            try
            {
                await using NpgsqlCommand command = source.CreateCommand($"select version from {table} where stream_id = $1");
                command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = RebuildLoad.StreamId(stream) });
                if (await command.ExecuteScalarAsync(CancellationToken.None) is not long version)
                {
                    Empty++;
                }
                else
                {
                    GoneBack += version < versions[stream] ? 1 : 0;
                    versions[stream] = version;
                }
            }
            catch (NpgsqlException)
            {
                Failed++;
            }

            SlowestMilliseconds = Math.Max(SlowestMilliseconds, Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            await Task.Delay(1, CancellationToken.None);
        }
    }
}
