using Wya.Testing.Http;

namespace Wya.Bench.Messaging;

/// <summary>What a message leaves behind: bytes of every domain's database, and of write-ahead log, which replicas and archives take.</summary>
internal static class KeptBench
{
    private static readonly string[] Domains = ["messaging", "safety", "graph"];

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using MessagingTown town = await MessagingTown.Settle();
        using Sending sending = await town.Send(32, conversation => $"/conversations/{conversation}/messages/{RequestWithId.Place}");
        await sending.Run(options.Round / 2);
        (long kept, double log) before = await Size(town);
        long sent = (await sending.Run(5 * options.Round)).Done;
        (long kept, double log) after = await Size(town);
        yield return new BenchRow("a message, in the databases", "bytes", (double)(after.kept - before.kept) / sent);
        yield return new BenchRow("a message, in write-ahead log", "bytes", (after.log - before.log) / sent);
    }

    private static async Task<(long Kept, double Log)> Size(MessagingTown town)
    {
        long kept = 0;
        foreach (string domain in Domains)
        {
            kept += await town.Database(domain).Scalar<long>("select pg_database_size(current_database())");
        }

        return (kept, await town.Database("messaging").Scalar<long>("select (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint"));
    }
}
