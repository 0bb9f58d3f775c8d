using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;
using Wya.Testing.Http;

namespace Wya.Bench.Messaging;

/// <summary>
/// (d) A page of 50 messages over HTTP from a conversation of a million, against the same from one of a thousand. Both are
/// written through the event store, which writes the read models too, in the same transactions as ever.
/// </summary>
internal static class PageBench
{
    private const int Large = 1_000_000;
    private const int Small = 1_000;
    private const int AtATime = 5_000;
    private const double RatioBelow = 1.5;

    public static async IAsyncEnumerable<BenchRow> Run(BenchOptions options)
    {
        await using WholeSystem system = await WholeSystem.Start();
        Uri address = system.Api.Address;
        Neighbour[] people = await Neighbours.Register(address, 3);
        await Neighbours.UntilKnown(address, people[0], 3);
        using var api = new LeanApi(address);
        int large = options.Quick ? Large / 10 : Large;
        (Guid Id, int Count) million = await Fill(system, api, people[0], people[1], large);
        (Guid Id, int Count) thousand = await Fill(system, api, people[0], people[2], Small);
        await system["messaging"].Execute("vacuum (analyze)");

        using LeanConnection connection = await LeanConnection.Open(address);
        foreach ((string name, Func<int, string> query) in new (string, Func<int, string>)[]
        {
            ("the newest page", _ => "limit=50"),
            ("a page around one in the middle", count => FormattableString.Invariant($"around={count / 2}&limit=50")),
            ("the second page from the beginning", _ => "after=53&limit=50"),
        })
        {
            byte[] ours = Request(million, query, people[0]), reference = Request(thousand, query, people[0]);
            Measured measured = await Rounds.CompareTimes(
                options, length => Read(connection, ours, length), length => Read(connection, reference, length));
            yield return new BenchRow(
                $"(d) {name}, of {large:#,0} messages (reference: of {Small:#,0})", "ms", measured.Ours, measured.Reference, measured.Ratio,
                FormattableString.Invariant($"< {RatioBelow:0.0} ×"), measured.Ratio < RatioBelow, measured.P50, measured.P99);
        }
    }

    private static byte[] Request((Guid Id, int Count) conversation, Func<int, string> query, Neighbour reader) =>
        LeanRequest.Prepare("GET", $"/conversations/{conversation.Id}/messages?{query(conversation.Count)}", null, reader.Token);

    private static Task<Round> Read(LeanConnection connection, byte[] request, TimeSpan length) => Rounds.Callers(1, length, async _ =>
    {
        LeanAnswer answer = await connection.Send(request);
        return answer.IsSuccess ? 1 : throw new RefusedException(answer.Status, answer.Text);
    });

    /// <summary>A conversation made through the API, and filled through the store by the two in turn.</summary>
    private static async Task<(Guid Id, int Count)> Fill(WholeSystem system, LeanApi api, Neighbour one, Neighbour other, int count)
    {
        Guid id = await Neighbours.Acquaint(api, one, other);
        await using LogDatabase log = system["messaging"].OpenAnother();
        await using var store = new PostgresEventStore(log, TimeProvider.System, MessagingDomain.Definition.ReadModels.Where(model => model.Inline));
        Task<AppendOutcome>? before = null;
        for (int done = 0; done < count; done += AtATime)
        {
            object[] events = new object[Math.Min(AtATime, count - done)];
            for (int i = 0; i < events.Length; i++)
            {
                Guid sender = (done + i) % 2 == 0 ? one.Id : other.Id;
                events[i] = new MessageSent(
                    new UserId(sender), MessageKind.Text, new Sensitive<MessageContent>(sender, new MessageContent(MessagingTown.Text)));
            }

            // The next batch is made while one is written.
            await Written(before);
            before = store.Append(
                new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(id, Conversation.Stream.Name, ExpectedVersion.Any, events)));
        }

        await Written(before);
        return (id, count);
    }

    private static async Task Written(Task<AppendOutcome>? append)
    {
        if (append is not null && await append is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"The conversation could not be filled: {await append}.");
        }
    }
}
