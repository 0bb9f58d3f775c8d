using Wya.EventStore;

namespace Wya.Bench.Engine;

/// <summary>(a) One-event appends to existing streams of each caller's own, at the exact expected version.</summary>
internal static class AppendBench
{
    public const int StreamsEachCaller = 50;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        foreach ((int callers, double goal) in new[] { (1, 0.7), (8, 1.0), (32, 2.0), (128, 3.5) })
        {
            await using OurLog ours = await OurLog.Create();
            await using RawLog raw = await RawLog.Create(callers, StreamsEachCaller);
            OwnStreams[] streams = await ours.CreateStreams(callers, StreamsEachCaller);
            Measured measured = await Rounds.Compare(
                options,
                length => Rounds.Callers(callers, length, caller => Append(ours, streams[caller], caller, 1)),
                length => Rounds.Callers(raw.Callers, length, raw.Append));
            yield return BenchRow.Against($"(a) append 1 event, {callers} {(callers == 1 ? "caller" : "callers")}", "events/s", measured, goal);
        }
    }

    /// <summary>One append of some events to the caller's next stream.</summary>
    public static async Task<int> Append(OurLog ours, OwnStreams own, int caller, int count)
    {
        int i = own.Next();
        object[] events = new object[count];
        for (int n = 0; n < count; n++)
        {
            events[n] = Conversation.Message(caller, own.Versions[i] + n);
        }

        AppendOutcome outcome = await ours.Store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()),
            new StreamAppend(own.Ids[i], Conversation.Stream.Name, ExpectedVersion.Exactly(own.Versions[i]), events)));
        own.Versions[i] = OwnStreams.Expect<AppendOutcome.Appended>(outcome).Versions[0];
        return count;
    }
}
