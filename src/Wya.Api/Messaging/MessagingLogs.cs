using Npgsql;
using Wya.Api.Http;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Messaging;

/// <summary>
/// Messaging's logs. A conversation is in one of them, by the slot of its id. Where each slot is, the logs themselves say: what
/// this process knows of it is a guess, that the first holds them all, until one of them says otherwise. Every log refuses
/// what it does not hold, so a guess that is wrong costs a round trip, and never an answer.
/// </summary>
internal sealed class MessagingLogs : IAsyncDisposable
{
    /// <summary>While a conversation is on its way, nothing is written in it for a moment.</summary>
    internal static readonly TimeSpan OnItsWayMax = TimeSpan.FromSeconds(5);

    internal static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(20);

    private readonly TimeProvider clock;
    private volatile int[][] places = [.. Enumerable.Repeat<int[]>([0], Slots.Count)];

    public MessagingLogs(LogDatabases databases, Settings settings, TimeProvider clock)
    {
        this.clock = clock;
        var answers = new ConversationStore(this);
        All = [.. Enumerable.Range(0, settings.MessagingPartitions).Select(partition => new MessagingLog(databases, clock, partition, answers))];
        Databases = [.. All.Select(log => log.Database)];
    }

    public IReadOnlyList<MessagingLog> All { get; }

    public IReadOnlyList<LogDatabase> Databases { get; }

    /// <summary>For what each of them knows: people, and what stands between them.</summary>
    public MessagingLog First => All[0];

    /// <summary>The heads of all; of the first as it was seen.</summary>
    public async Task<long[]> Heads(long first, CancellationToken ct) =>
        [first, .. await Task.WhenAll(All.Skip(1).Select(log => log.Store.Head(ct))).ConfigureAwait(false)];

    /// <summary>Tries what is to be done with a conversation where it may be held, until it is done.</summary>
    /// <param name="attempt">Null when the log does not hold it; or throws that it does not.</param>
    /// <exception cref="StoreUnavailableException">No log holds it, for longer than a move takes.</exception>
    public async Task<T> At<T>(Guid conversation, Func<MessagingLog, Task<T?>> attempt, CancellationToken ct)
        where T : class
    {
        for (long start = clock.GetTimestamp(); ;)
        {
            foreach (int place in places[Slots.Of(conversation)])
            {
                try
                {
                    if (await attempt(All[place]).ConfigureAwait(false) is { } done)
                    {
                        return done;
                    }
                }
                catch (StreamElsewhereException)
                {
                    // It has moved since the guess, or is on its way.
                }
            }

            if (clock.GetElapsedTime(start) > OnItsWayMax)
            {
                throw new StoreUnavailableException("The conversation is moving, or its log is not among those of this process.", TimeSpan.FromSeconds(1));
            }

            if (!await LookAgain(conversation, ct).ConfigureAwait(false))
            {
                await Task.Delay(LookAgainAfter, clock, ct).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The logs that hold the conversations, and show what is true of them.</summary>
    public async Task<IReadOnlyDictionary<Guid, MessagingLog>> Find(IReadOnlyCollection<Guid> conversations, CancellationToken ct)
    {
        Dictionary<Guid, MessagingLog> found = [];
        if (All is [var only])
        {
            foreach (Guid conversation in conversations)
            {
                found[conversation] = only;
            }

            return found;
        }

        foreach (MessagingLog log in All)
        {
            await using NpgsqlCommand command = log.Database.DataSource.CreateCommand(
                $"select id from unnest($1::uuid[]) id where {log.Database.LogSchema}.wya_shows(id)");
            command.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. conversations] });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            while (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                found[reader.GetGuid(0)] = log;
            }
        }

        return found;
    }

    /// <summary>The log that holds a conversation, and shows what is true of it.</summary>
    public Task<MessagingLog> Find(Guid conversation, CancellationToken ct) => All is [var only]
        ? Task.FromResult(only)
        : At(conversation, async log => await Shows(log, conversation, ct).ConfigureAwait(false) ? log : null, ct);

    public async ValueTask DisposeAsync()
    {
        foreach (MessagingLog log in All)
        {
            await log.DisposeAsync().ConfigureAwait(false);
        }
    }

    private static async Task<bool> Shows(MessagingLog log, Guid conversation, CancellationToken ct)
    {
        await using NpgsqlCommand command = log.Database.DataSource.CreateCommand($"select {log.Database.LogSchema}.wya_shows($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }

    /// <summary>Asks the logs where the slots are. Of one that moves, where it comes from is looked at first.</summary>
    /// <returns>Whether that is news for the conversation.</returns>
    private async Task<bool> LookAgain(Guid conversation, CancellationToken ct)
    {
        List<int>[] held = [.. Enumerable.Range(0, Slots.Count).Select(_ => new List<int>())];
        foreach ((int partition, int slot, bool isComing) in (await Task.WhenAll(All.Select((log, partition) => Held(log, partition, ct))).ConfigureAwait(false)).SelectMany(all => all))
        {
            held[slot].Insert(isComing ? held[slot].Count : 0, partition);
        }

        int[][] before = places;
        places = [.. held.Select(logs => logs.ToArray())];
        int mine = Slots.Of(conversation);
        return !before[mine].SequenceEqual(places[mine]);
    }

    private static async Task<List<(int Partition, int Slot, bool IsComing)>> Held(MessagingLog log, int partition, CancellationToken ct)
    {
        await using NpgsqlCommand command = log.Database.DataSource.CreateCommand(
            $"select slot, state = 'coming' from {log.Database.LogSchema}.wya_slots where state <> 'away'");
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<(int, int, bool)> held = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            held.Add((partition, reader.GetInt16(0), reader.GetBoolean(1)));
        }

        return held;
    }
}
