using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;

namespace Wya.Prove.Storm;

/// <summary>
/// One caller among many, that does all that callers may do: plain and exact appends, several streams at once, commands
/// that decide, refusals, stale versions, events on which the transaction fails, cancelled waits, the same command again
/// and twice at once; with pauses at random. It writes down each command before it sends it, and how it ended.
/// </summary>
internal sealed class StormWriter(PostgresEventStore store, History history, Budget budget, int sender, int streams, int seed)
{
    private readonly Random random = new(HashCode.Combine(seed, sender));
    private readonly Dictionary<Guid, long> versions = [];
    private readonly Append[] sent = new Append[32];
    private int sentCount;
    private int command;

    public StormCounts Counts { get; private set; }

    public async Task Run(CancellationToken ct)
    {
        while (!budget.IsSpent)
        {
            if (random.Next(5) == 0)
            {
                await Task.Delay(random.Next(6), ct);
            }

            Counts = Counts with { Commands = Counts.Commands + 1 };
            await (random.Next(100) switch
            {
                < 50 => Send(ExpectedVersion.Any, random.Next(1, 4), ct: ct),
                < 62 => Send(Exact, random.Next(1, 3), ct: ct),
                < 72 => Transact(refuse: false, ct),
                < 76 => Transact(refuse: true, ct),
                < 84 => Send(ExpectedVersion.Any, 2, streamCount: 2, ct: ct),
                < 86 => Send(ExpectedVersion.Exactly(1_000_000_000), 1, streamCount: 2, ct: ct),
                < 87 => Send(ExpectedVersion.Any, 2, spoiled: random.Next(4) == 0, ct: ct),
                < 89 => Send(ExpectedVersion.Any, 1, cancelled: true, ct: ct),
                < 93 => Send(ExpectedVersion.Any, 1, twice: true, ct: ct),
                _ => SendAgain(ct),
            });
        }
    }

    /// <summary>Stands for the version that this writer believes its stream to have.</summary>
    private static ExpectedVersion Exact => ExpectedVersion.Exactly(0);

    private async Task Send(
        ExpectedVersion expected, int count, int streamCount = 1, bool spoiled = false, bool cancelled = false, bool twice = false, CancellationToken ct = default)
    {
        Guid first = AnyStream();
        Guid[] ids = streamCount == 1 ? [first] : [first, OtherStream(first)];
        int own = ++command;
        var append = new Append(Metadata(), [.. ids.Select((id, s) => new StreamAppend(
            id,
            Tally.Stream.Name,
            // Only the last stream of several is checked, so that the others would be written if parts could be.
            s < ids.Length - 1 ? ExpectedVersion.Any : expected == Exact ? ExpectedVersion.Exactly(versions.GetValueOrDefault(id)) : expected,
            [.. Enumerable.Range(0, count).Select(n => new Counted(Mark.Of(sender, own, (s * count) + n), random.Next(100), spoiled && s == 0 && n == 0))]))]);
        Note(append, Ending.Sent);
        try
        {
            using var impatience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            if (cancelled)
            {
                impatience.CancelAfter(random.Next(3));
            }

            Task<AppendOutcome> twin = twice ? store.Append(append, ct) : Task.FromResult<AppendOutcome>(null!);
            AppendOutcome outcome;
            try
            {
                outcome = await store.Append(append, impatience.Token);
            }
            finally
            {
                await twin.ContinueWith(_ => { }, TaskScheduler.Default);
            }

            Answered(append, outcome);
        }
        catch (SpoiledException)
        {
            Counts = Counts with { Failed = Counts.Failed + 1 };
            Note(append, Ending.NotRecorded);
        }
        catch (StoreUnavailableException)
        {
            Counts = Counts with { Unavailable = Counts.Unavailable + 1 };
            Note(append, twice ? Ending.Unknown : Ending.NotRecorded);
        }
        catch (Exception unknown) when (!ct.IsCancellationRequested && (unknown is OperationCanceledException || IsUnknown(unknown)))
        {
            Counts = Counts with { Unknown = Counts.Unknown + 1 };
            if (random.Next(2) == 0)
            {
                Note(append, Ending.Unknown);
            }
            else
            {
                Answered(append, await UntilAnswered(() => store.Append(append, ct), ct));
            }
        }
    }

    private static bool IsUnknown(Exception failure) =>
        failure is OutcomeUnknownException or StoreUnavailableException || Faults.IsTransient(failure);

    /// <summary>The same command again settles what became of it.</summary>
    private static async Task<T> UntilAnswered<T>(Func<Task<T>> send, CancellationToken ct)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                return await send();
            }
            catch (Exception unknown) when (attempt < 50 && IsUnknown(unknown))
            {
                await Task.Delay(attempt * 5, ct);
            }
        }
    }

    private async Task SendAgain(CancellationToken ct)
    {
        if (sentCount == 0)
        {
            return;
        }

        Append earlier = sent[random.Next(Math.Min(sentCount, sent.Length))];
        AppendOutcome outcome = await UntilAnswered(() => store.Append(earlier, ct), ct);
        if (outcome is not AppendOutcome.Duplicate)
        {
            throw new InvalidOperationException($"A command sent again was answered with {outcome.GetType().Name}.");
        }

        Counts = Counts with { Repeated = Counts.Repeated + 1 };
    }

    private async Task Transact(bool refuse, CancellationToken ct)
    {
        Guid id = AnyStream();
        int own = ++command, amount = random.Next(100);
        CommandMetadata metadata = Metadata();
        var entry = new HistoryEntry(metadata.CommandId, id, 0, 0, sender, own, 0, 1, Ending.Sent);
        history.Add([entry]);
        Transacted<Tally> answer = await UntilAnswered(
            () => store.Transact(
                Tally.Stream,
                id,
                _ => refuse ? new Refusal("refused", "It was told to be refused.", RefusalKind.Conflict) : new Counted(Mark.Of(sender, own, 0), amount),
                metadata,
                ct),
            ct);
        if (answer.Refusal is not null)
        {
            Counts = Counts with { Refused = Counts.Refused + 1 };
            history.Add([entry with { Ending = Ending.NotRecorded }]);
            return;
        }

        budget.Spend(1);
        versions[id] = answer.Version;
        history.Add([entry with { Ending = Ending.Acknowledged, Version = answer.Version, Position = answer.Position }]);
    }

    private void Answered(Append append, AppendOutcome outcome)
    {
        switch (outcome)
        {
            case AppendOutcome.Appended appended:
                Acknowledged(append, appended.Versions, appended.Position);
                break;
            case AppendOutcome.Duplicate duplicate:
                Counts = Counts with { Repeated = Counts.Repeated + 1 };
                Acknowledged(append, null, duplicate.Position);
                break;
            case AppendOutcome.Conflict conflict:
                Counts = Counts with { Conflicts = Counts.Conflicts + 1 };
                versions[conflict.StreamId] = conflict.Actual;
                Note(append, Ending.NotRecorded);
                break;
            default:
                throw new InvalidOperationException($"An append was answered with {outcome.GetType().Name}.");
        }
    }

    private void Acknowledged(Append append, IReadOnlyList<long>? newVersions, long position)
    {
        for (int s = 0; s < append.Streams.Count; s++)
        {
            if (newVersions is not null)
            {
                versions[append.Streams[s].StreamId] = newVersions[s];
            }

            budget.Spend(append.Streams[s].Events.Count);
        }

        Note(append, Ending.Acknowledged, newVersions, position);
        sent[sentCount++ % sent.Length] = append;
    }

    private void Note(Append append, Ending ending, IReadOnlyList<long>? newVersions = null, long position = 0)
    {
        Span<HistoryEntry> entries = stackalloc HistoryEntry[append.Streams.Count];
        short ordinal = 0;
        for (int s = 0; s < entries.Length; s++)
        {
            short count = (short)append.Streams[s].Events.Count;
            bool isLast = s == entries.Length - 1;
            entries[s] = new HistoryEntry(
                append.Metadata.CommandId, append.Streams[s].StreamId, newVersions?[s] ?? 0, isLast ? position : 0, sender, command, ordinal, count, ending);
            ordinal += count;
        }

        history.Add(entries);
    }

    private static CommandMetadata Metadata() => CommandMetadata.System(Guid.NewGuid());

    /// <summary>One in eight goes to one of a few busy streams.</summary>
    private Guid AnyStream() => StormPlan.StreamId(random.Next(8) == 0 ? random.Next(4) : random.Next(streams));

    private Guid OtherStream(Guid not)
    {
        Guid other = AnyStream();
        return other == not ? OtherStream(not) : other;
    }
}
