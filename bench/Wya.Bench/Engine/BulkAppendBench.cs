namespace Wya.Bench.Engine;

/// <summary>(c) Appends of 100 events against COPY BINARY of 100 rows a transaction.</summary>
internal static class BulkAppendBench
{
    private const int Callers = 8;
    private const int EventsEachAppend = 100;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using OurLog ours = await OurLog.Create();
        await using RawLog raw = await RawLog.Create(Callers, AppendBench.StreamsEachCaller);
        OwnStreams[] streams = await ours.CreateStreams(Callers, AppendBench.StreamsEachCaller);
        Measured measured = await Rounds.Compare(
            options,
            length => Rounds.Callers(Callers, length, caller => AppendBench.Append(ours, streams[caller], caller, EventsEachAppend)),
            length => Rounds.Callers(Callers, length, caller => raw.Copy(caller, EventsEachAppend)));
        yield return BenchRow.Against($"(c) append {EventsEachAppend} events, {Callers} callers", "events/s", measured, 0.5);
    }
}
