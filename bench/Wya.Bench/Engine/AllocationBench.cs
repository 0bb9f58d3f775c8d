using Wya.EventStore;

namespace Wya.Bench.Engine;

/// <summary>(g) Bytes allocated by the whole process for an append and for an event folded, the caller's own included.</summary>
internal static class AllocationBench
{
    private const int Callers = 8;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using OurLog ours = await OurLog.Create();
        OwnStreams[] streams = await ours.CreateStreams(Callers, AppendBench.StreamsEachCaller);
        int appends = options.Quick ? 500 : 5_000;
        await AppendAll(500);
        long before = GC.GetTotalAllocatedBytes(precise: true);
        await AppendAll(appends);
        long allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        yield return new BenchRow("(g) allocated per append of 1 event, 8 callers", "bytes", (double)allocated / (appends * Callers));

        const int events = 10_000;
        Guid stream = await ReadStreamBench.FillStream(ours, events);
        await ours.Store.Load(Conversation.Stream, stream);
        before = GC.GetTotalAllocatedBytes(precise: true);
        await ours.Store.Load(Conversation.Stream, stream);
        allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        yield return new BenchRow("(g) allocated per event folded", "bytes", (double)allocated / events);

        Task AppendAll(int eachCaller) => Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int n = 0; n < eachCaller; n++)
            {
                await AppendBench.Append(ours, streams[caller], caller, 1);
            }
        })));
    }
}
