using Wya.EventStore;

namespace Wya.Bench.Engine;

/// <summary>(b) Load, decide, append: on streams of each caller's own, and on a few that all callers want.</summary>
internal static class TransactBench
{
    private const int Callers = 8;
    private const int HotStreams = 4;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using OurLog ours = await OurLog.Create();
        await using RawLog raw = await RawLog.Create(Callers, AppendBench.StreamsEachCaller);
        OwnStreams[] streams = await ours.CreateStreams(Callers, AppendBench.StreamsEachCaller);
        Measured own = await Rounds.Compare(
            options,
            length => Rounds.Callers(Callers, length, caller => Transact(ours, streams[caller].Ids[streams[caller].Next()], caller)),
            length => Rounds.Callers(raw.Callers, length, raw.Append));
        yield return BenchRow.Against($"(b) transact, {Callers} callers, own streams", "events/s", own, 0.8);

        // Plain appends of (a), to streams that this process has no state of: the state cache is not told of them.
        OwnStreams[] plain = await ours.CreateStreams(Callers, AppendBench.StreamsEachCaller);
        Guid[] hot = (await ours.CreateStreams(1, HotStreams))[0].Ids;
        int[] turns = new int[Callers];
        int refused = 0;
        Measured shared = await Rounds.Compare(
            options,
            length => Rounds.Callers(Callers, length, async caller =>
            {
                int recorded = await Transact(ours, hot[(caller + turns[caller]++) % HotStreams], caller);
                Interlocked.Add(ref refused, 1 - recorded);
                return recorded;
            }),
            length => Rounds.Callers(Callers, length, caller => AppendBench.Append(ours, plain[caller], caller, 1)));
        BenchRow row = BenchRow.Against($"(b) transact, {Callers} callers, {HotStreams} hot streams (reference: ours of a)", "events/s", shared, 0.7);
        yield return row;
        yield return new BenchRow("(b) conflicts that reached a caller", "conflicts", refused, Goal: "0", Met: refused == 0);
    }

    /// <returns>How many events were recorded: 0 when a conflict reached the caller.</returns>
    private static async Task<int> Transact(OurLog ours, Guid stream, int caller)
    {
        Transacted<Conversation> done = await ours.Store.Transact(
            Conversation.Stream, stream, state => Conversation.Message(caller, state.Count), CommandMetadata.System(Guid.NewGuid()));
        return done.Recorded;
    }
}
