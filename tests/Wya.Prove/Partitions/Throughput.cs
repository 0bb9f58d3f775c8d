using System.Diagnostics;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Messaging;
using Wya.Prove.Servers;

namespace Wya.Prove.Partitions;

/// <summary>
/// Messages a second that 32 clients write through the store into one, two and four logs on one server, with their inline read
/// models: in turns, and the median of each. On one machine the logs share its cores and its disk; this shows what it costs to have several.
/// </summary>
internal static class Throughput
{
    private const int Clients = 32, Conversations = 256;

    private static readonly int[] Arrangements = [1, 2, 4];

    public static async Task Tell(PostgresInstance server, ProofRun run, Figures figures, CancellationToken ct)
    {
        (int rounds, double seconds) = run.Sized((1, 0.2), (3, 4.0), (9, 10.0));
        Dictionary<int, List<double>> measured = Arrangements.ToDictionary(count => count, _ => new List<double>());
        for (int round = 0; round < rounds; round++)
        {
            foreach (int count in Arrangements)
            {
                measured[count].Add(await Measure(server, count, seconds, ct));
            }
        }

        foreach (int count in Arrangements)
        {
            figures.Note($"messages_a_second_in_{count}", measured[count].Order().ElementAt(measured[count].Count / 2));
        }
    }

    private static async Task<double> Measure(PostgresInstance server, int count, double seconds, CancellationToken ct)
    {
        ReadModel[] inline = [.. MessagingDomain.Definition.ReadModels.Where(model => model.Inline)];
        List<ProofDatabase> databases = [];
        List<LogDatabase> logs = [];
        List<PostgresEventStore> stores = [];
        try
        {
            foreach (DomainDefinition domain in Domains.Of(count).Where(domain => domain.Domain == MessagingDomain.Definition.Name))
            {
                ProofDatabase database = await ProofDatabase.Create(server.AdminConnectionString, $"pace_{domain.Name}", [.. domain.Kept], null, ct, domain.PrepareSql);
                databases.Add(database);
                logs.Add(new LogDatabase(
                    domain.Domain, database.ConnectionString, domain.Types, keys: new LogKeys(new MemorySubjectKeys(), new byte[32]), name: domain.Name));
                stores.Add(new PostgresEventStore(logs[^1], TimeProvider.System, inline));
            }

            for (int to = 1; to < count; to++)
            {
                foreach ((ProofDatabase log, string state) in new[] { (databases[to], "coming"), (databases[0], "leaving"), (databases[0], "away"), (databases[to], "here") })
                {
                    await log.Scalar($"select count(log.wya_set_slot(slot, '{state}')::text) from generate_series(0, 255) slot where slot % {count} = {to}", ct);
                }
            }

            return await Write(conversation => stores[Slots.Of(conversation) % count], seconds, ct);
        }
        finally
        {
            foreach (PostgresEventStore store in stores)
            {
                await store.DisposeAsync();
            }

            foreach (LogDatabase log in logs)
            {
                await log.DisposeAsync();
            }

            foreach (ProofDatabase database in databases)
            {
                await database.DisposeAsync();
            }
        }
    }

    private static async Task<double> Write(Func<Guid, PostgresEventStore> storeOf, double seconds, CancellationToken ct)
    {
        var sender = new UserId(Guid.CreateVersion7());
        Guid[] conversations = [.. Enumerable.Range(0, Conversations).Select(_ => Guid.NewGuid())];
        await Task.WhenAll(conversations.Select(conversation => Append(
            storeOf(conversation), conversation, new ConversationCreated(ConversationKind.Group, AgeLayer.Adult, sender, [sender], IsRequest: false), ct)));
        long start = Stopwatch.GetTimestamp(), written = 0;
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(
            async () =>
            {
                var random = new Random(client);
                while (Stopwatch.GetElapsedTime(start).TotalSeconds < seconds)
                {
                    Guid conversation = conversations[random.Next(Conversations)];
                    await Append(storeOf(conversation), conversation, new MessageSent(sender, MessageKind.Text, new Sensitive<MessageContent>(sender.Value, new MessageContent("Come in!"))), ct);
                    Interlocked.Increment(ref written);
                }
            },
            ct)));
        return written / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static Task<AppendOutcome> Append(PostgresEventStore store, Guid conversation, ConversationEvent fact, CancellationToken ct) => store.Append(
        new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(conversation, Conversation.Stream.Name, ExpectedVersion.Any, [fact])), ct);
}
