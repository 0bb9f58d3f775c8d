using Npgsql;
using Wya.Prove.Checking;
using Wya.Prove.Servers;

namespace Wya.Prove.Storm;

/// <summary>
/// The usual mistake, beside ours on the same server: a table with a sequence, writers that do not wait for each other, and
/// a reader that goes on after the last number it saw. A lower number that commits later is never read.
/// </summary>
internal static class NaiveReader
{
    private const int Writers = 8;

    public readonly record struct Result(int Events, ReaderFindings Findings);

    public static async Task<Result> Run(ProofDatabase database, int events, CancellationToken ct)
    {
        await database.Execute(
            "drop schema if exists naive cascade; create schema naive; create table naive.events (seq bigserial primary key, id uuid not null unique)", ct);
        int left = events;
        List<Guid> seen = [];
        long last = 0;
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync(ct);
        await using var read = new NpgsqlCommand("select seq, id from naive.events where seq > $1 order by seq", connection)
        {
            Parameters = { new NpgsqlParameter<long>() },
        };
        await read.PrepareAsync(ct);
        var writing = Task.WhenAll(Enumerable.Range(0, Writers).Select(_ => Task.Run(Write, ct)));
        while (!writing.IsCompleted)
        {
            await ReadOn();
        }

        await writing;
        await ReadOn();
        await using var all = new NpgsqlCommand("select id from naive.events order by seq", connection);
        List<Guid> log = [];
        await using NpgsqlDataReader rows = await all.ExecuteReaderAsync(ct);
        while (await rows.ReadAsync(ct))
        {
            log.Add(rows.GetGuid(0));
        }

        return new Result(log.Count, LogChecker.CheckReader(log, seen));

        async Task Write()
        {
            await using var own = new NpgsqlConnection(database.OwnerConnectionString);
            await own.OpenAsync(ct);
            while (Interlocked.Decrement(ref left) >= 0)
            {
                await using NpgsqlTransaction transaction = await own.BeginTransactionAsync(ct);
                await using var insert = new NpgsqlCommand("insert into naive.events (id) values (gen_random_uuid())", own, transaction);
                await insert.ExecuteNonQueryAsync(ct);
                await transaction.CommitAsync(ct);
            }
        }

        async Task ReadOn()
        {
            ((NpgsqlParameter<long>)read.Parameters[0]).TypedValue = last;
            await using NpgsqlDataReader reader = await read.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                last = reader.GetInt64(0);
                seen.Add(reader.GetGuid(1));
            }
        }
    }
}
