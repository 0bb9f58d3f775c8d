using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The keys of people, wrapped by the master key, in a database of their own.
/// What was fetched is at hand for 25 to 50 seconds: two generations, of which the older is overwritten and dropped every
/// 25 seconds, whether it is used or not. So a key that is destroyed through one process is forgotten by all within a minute.
/// Callers that want keys at the same time share a round trip.
/// </summary>
public sealed class SubjectKeys : ISubjectKeys, IAsyncDisposable
{
    public const int KeysAtHandMax = 200_000;
    private const int FetchedTogetherMax = 5_000;

    /// <summary>No process holds a key for longer than this after it was destroyed.</summary>
    public static readonly TimeSpan ForgottenWithin = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan Generation = TimeSpan.FromSeconds(25);

    private readonly DatabaseHosts hosts;
    private readonly NpgsqlDataSource database;
    private readonly Func<KeyRing>? readAgain;
    private readonly ITimer forgetting;
    private readonly Lock gate = new();
    private readonly SemaphoreSlim one = new(1);
    private Dictionary<Guid, Held> young = [];
    private Dictionary<Guid, Held> old = [];
    private Round gathering = new();
    private volatile KeyRing ring;

    /// <param name="connectionString">To the keys database, as its application role.</param>
    /// <param name="readAgain">Reads the ring where it is kept, to notice a new master key; null when it cannot change.</param>
    public SubjectKeys(string connectionString, KeyRing ring, TimeProvider clock, Func<KeyRing>? readAgain = null)
    {
        this.ring = ring;
        this.readAgain = readAgain;
        hosts = new DatabaseHosts(KeysSchema.Name, new NpgsqlConnectionStringBuilder(connectionString)
        {
            ApplicationName = "wya-keys",
            IncludeErrorDetail = false,
            MaxPoolSize = 10,
            NoResetOnClose = true,
        });
        database = hosts.Primary;
        forgetting = clock.CreateTimer(_ => { Forget(); ReadRingAgain(); }, null, Generation, Generation);
    }

    private sealed record Held(KeyState State, byte[]? Key);

    /// <summary>What waits for the next round trip.</summary>
    private sealed class Round
    {
        public Dictionary<Guid, bool> CreateBySubject { get; } = [];

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    /// <summary>Where they are kept.</summary>
    public DatabaseHosts Hosts => hosts;

    public KeyState TryCopy(Guid subject, Span<byte> key)
    {
        lock (gate)
        {
            if (!young.TryGetValue(subject, out Held? held) && !old.TryGetValue(subject, out held))
            {
                return KeyState.NotAtHand;
            }

            held.Key?.CopyTo(key);
            return held.State;
        }
    }

    public async Task Fetch(IReadOnlyCollection<Guid> subjects, bool create, CancellationToken ct = default)
    {
        Round mine;
        bool isFirst;
        lock (gate)
        {
            mine = gathering;
            isFirst = mine.CreateBySubject.Count == 0;
            foreach (Guid subject in subjects)
            {
                mine.CreateBySubject[subject] = create || mine.CreateBySubject.GetValueOrDefault(subject);
            }
        }

        if (isFirst && subjects.Count > 0)
        {
            _ = Task.Run(() => RunRound(mine), CancellationToken.None);
        }

        await mine.Done.Task.WaitAsync(ct).ConfigureAwait(false);
    }

    /// <summary>
    /// Destroys keys, for ever. Everything that they sealed is unreadable from then on, at the latest
    /// <see cref="ForgottenWithin"/> later in other processes.
    /// </summary>
    /// <returns>How many there were to destroy.</returns>
    public async Task<int> Destroy(IReadOnlyCollection<Guid> subjects, CancellationToken ct = default)
    {
        try
        {
            await using NpgsqlCommand command = database.CreateCommand(
                """
                with gone as (
                    update subject_keys set wrapped = null, master_version = null, destroyed_at = now()
                    where subject = any($1) and destroyed_at is null returning subject
                ), never_made as (
                    insert into subject_keys (subject, destroyed_at) select subject, now() from unnest($1) as subject
                    on conflict (subject) do nothing returning subject
                )
                select count(*)::int from gone
                """);
            command.Parameters.Add(Subjects(subjects));
            int destroyed = (int)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
            Hold(subjects.Select(subject => (subject, new Held(KeyState.Destroyed, null))));

            await Vacuum(ct).ConfigureAwait(false);
            return destroyed;
        }
        catch (NpgsqlException away)
        {
            throw new KeysUnavailableException(away);
        }
    }

    /// <summary>
    /// Writes the table anew without what was destroyed. An update leaves the old row in its page, and a plain vacuum leaves
    /// its bytes in the page's free space: whole wrapped keys were found there. Even this keeps rows that an older snapshot
    /// in the same database may still see, autovacuum's among them; so it is done once more before anybody is told that a
    /// key is gone. Fetching waits meanwhile: destroy many at once.
    /// </summary>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    public async Task Vacuum(CancellationToken ct = default)
    {
        try
        {
            await using NpgsqlCommand vacuum = database.CreateCommand("vacuum (full) subject_keys");
            vacuum.CommandTimeout = 600;
            await vacuum.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
        }
        catch (NpgsqlException away)
        {
            throw new KeysUnavailableException(away);
        }
    }

    /// <exception cref="NpgsqlException">It does not answer, or was not migrated.</exception>
    public async Task Ping(CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.CreateCommand("select from subject_keys limit 1");
        await command.ExecuteScalarAsync(ct).ConfigureAwait(false);
    }

    /// <summary>Those of the subjects whose keys are there, or could still be made.</summary>
    public async Task<IReadOnlyList<Guid>> NotDestroyed(IReadOnlyCollection<Guid> subjects, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.CreateCommand(
            """
            select subject from unnest($1) as subject
            where not exists (select from subject_keys k where k.subject = subject.subject and k.destroyed_at is not null)
            """);
        command.Parameters.Add(Subjects(subjects));
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Guid> standing = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            standing.Add(reader.GetGuid(0));
        }

        return standing;
    }

    public async ValueTask DisposeAsync()
    {
        await forgetting.DisposeAsync().ConfigureAwait(false);
        Forget();
        Forget();
        await hosts.DisposeAsync().ConfigureAwait(false);
        one.Dispose();
    }

    private static NpgsqlParameter<Guid[]> Subjects(IEnumerable<Guid> subjects) =>
        new() { TypedValue = [.. subjects], NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Uuid };

    private async Task RunRound(Round round)
    {
        await one.WaitAsync().ConfigureAwait(false);
        try
        {
            lock (gate)
            {
                gathering = new Round(); // whoever comes now waits for the next round trip
            }

            foreach (KeyValuePair<Guid, bool>[] some in round.CreateBySubject.Chunk(FetchedTogetherMax))
            {
                try
                {
                    await Read(some).ConfigureAwait(false);
                }
                catch (KeyRingException) when (ReadRingAgain())
                {
                    await Read(some).ConfigureAwait(false); // another process has begun to wrap under a new master key
                }
            }

            round.Done.SetResult();
        }
        catch (NpgsqlException away)
        {
            round.Done.SetException(new KeysUnavailableException(away));
        }
        catch (Exception failure)
        {
            round.Done.SetException(failure);
        }
        finally
        {
            one.Release();
        }
    }

    private async Task Read(KeyValuePair<Guid, bool>[] wanted)
    {
        await using NpgsqlConnection connection = await database.OpenConnectionAsync().ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection);
        Guid[] toCreate = [.. wanted.Where(one => one.Value).Select(one => one.Key)];
        if (toCreate.Length > 0)
        {
            batch.BatchCommands.Add(Insert(toCreate));
        }

        var select = new NpgsqlBatchCommand("select subject, master_version, wrapped from subject_keys where subject = any($1)");
        select.Parameters.Add(Subjects(wanted.Select(one => one.Key)));
        batch.BatchCommands.Add(select);
        await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync().ConfigureAwait(false);
        Dictionary<Guid, Held> found = wanted.ToDictionary(one => one.Key, _ => new Held(KeyState.Missing, null));
        while (await reader.ReadAsync().ConfigureAwait(false))
        {
            Guid subject = reader.GetGuid(0);
            found[subject] = await reader.IsDBNullAsync(2).ConfigureAwait(false)
                ? new Held(KeyState.Destroyed, null)
                : new Held(KeyState.AtHand, ring.Unwrap(subject, reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
        }

        Hold(found.Select(one => (one.Key, one.Value)));
    }

    /// <summary>Who loses the race for a new key takes the winner's: the select that follows reads what is stored.</summary>
    private NpgsqlBatchCommand Insert(Guid[] subjects)
    {
        byte[][] wrapped = [.. subjects.Select(subject => ring.Wrap(subject, System.Security.Cryptography.RandomNumberGenerator.GetBytes(Sealing.KeyBytes)))];
        var insert = new NpgsqlBatchCommand(
            """
            insert into subject_keys (subject, wrapped, master_version)
            select subject, wrapped, $3 from unnest($1, $2) as made (subject, wrapped) on conflict (subject) do nothing
            """);
        insert.Parameters.Add(Subjects(subjects));
        insert.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = wrapped, NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Bytea });
        insert.Parameters.Add(new NpgsqlParameter<int> { TypedValue = ring.CurrentVersion });
        return insert;
    }

    private void Hold(IEnumerable<(Guid Subject, Held Held)> fetched)
    {
        lock (gate)
        {
            foreach ((Guid subject, Held held) in fetched)
            {
                old.Remove(subject);
                young[subject] = held;
            }
        }

        if (young.Count > KeysAtHandMax)
        {
            Forget();
        }
    }

    /// <summary>False when the ring is what it was.</summary>
    private bool ReadRingAgain()
    {
        try
        {
            int before = ring.CurrentVersion;
            ring = readAgain?.Invoke() ?? ring;
            return ring.CurrentVersion != before;
        }
        catch (KeyRingException)
        {
            return false; // the file is being replaced or has gone; the ring in memory still serves
        }
    }

    private void Forget()
    {
        lock (gate)
        {
            foreach (Held held in old.Values)
            {
                held.Key?.AsSpan().Clear();
            }

            old = young;
            young = [];
        }
    }
}
