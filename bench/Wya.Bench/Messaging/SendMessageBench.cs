using Wya.Testing.Http;

namespace Wya.Bench.Messaging;

/// <summary>
/// (a), (b) Messages over HTTP, each acknowledged when it is durable. Beside an endpoint of the same program that takes the
/// same request through the same authentication and does nothing with it; and beside bare inserts of one row without any HTTP.
/// </summary>
internal static class SendMessageBench
{
    private static readonly int[] Connections = [1, 32, 128];

    /// <summary>The runtime compiles what is hot once more in the first seconds, which takes a third of the program's time.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(10);

    public static async IAsyncEnumerable<BenchRow> BesideNothing(BenchOptions options)
    {
        await using MessagingTown town = await WarmTown(options);
        foreach (int connections in Connections)
        {
            using Sending ours = await Send(town, connections);
            using Sending theirs = await town.Send(connections, conversation => $"/development/nothing/{conversation}/{RequestWithId.Place}");
            Measured measured = await Rounds.Compare(options, ours.Run, theirs.Run);
            yield return BenchRow.Against(
                $"(a) send, {Name(connections)} (reference: the same request, and nothing done)", "messages/s", measured, connections == 128 ? 0.4 : null);
        }
    }

    public static async IAsyncEnumerable<BenchRow> BesideInserts(BenchOptions options)
    {
        await using MessagingTown town = await WarmTown(options);
        foreach (int connections in Connections)
        {
            await using RawMessages raw = await RawMessages.Create(connections);
            using Sending ours = await Send(town, connections);
            Measured measured = await Rounds.Compare(options, ours.Run, raw.Run);
            yield return BenchRow.Against(
                $"(b) send, {Name(connections)} (reference: inserts of one row)", "messages/s", measured, connections == 128 ? 1.0 : null);
        }
    }

    private static async Task<MessagingTown> WarmTown(BenchOptions options)
    {
        MessagingTown town = await MessagingTown.Settle();
        using Sending sending = await Send(town, 32);
        await sending.Run(options.Quick ? WarmUp / 10 : WarmUp);
        return town;
    }

    private static Task<Sending> Send(MessagingTown town, int connections) =>
        town.Send(connections, conversation => $"/conversations/{conversation}/messages/{RequestWithId.Place}");

    private static string Name(int connections) => connections == 1 ? "1 connection" : $"{connections} connections";
}
