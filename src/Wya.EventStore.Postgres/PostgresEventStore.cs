using System.Collections.Concurrent;
using System.Diagnostics;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The log of one domain on PostgreSQL. Appends go through one <see cref="LogWriter"/>; reads go through the pool.
/// One instance a domain and process; several processes may share a database.
/// </summary>
public sealed partial class PostgresEventStore : IEventStore, IAsyncDisposable
{
    private readonly LogDatabase database;
    private readonly LogWriterOptions options;
    private readonly StateCache states;
    private readonly EventPreparer preparer;
    private readonly LogTelemetry telemetry;
    private readonly LogWriter writer;
    private readonly ConcurrentDictionary<Guid, Lazy<Task<CachedState>>> loading = new();

    /// <param name="inline">Read models that are written in the append's own transaction.</param>
    public PostgresEventStore(
        LogDatabase database, TimeProvider clock, IEnumerable<ReadModel>? inline = null, LogWriterOptions? options = null)
    {
        this.database = database;
        this.options = options ?? new LogWriterOptions();
        states = new StateCache(this.options.CachedStatesMax);
        preparer = new EventPreparer(database, this.options);
        telemetry = new LogTelemetry(database.Name, () => QueueDepth);
        database.Hosts.Promoted += states.Clear;
        writer = new LogWriter(database, this.options, clock, database.Signal, inline ?? [], telemetry);
    }

    public LogDatabase Database => database;

    /// <summary>Raised with the log's head after each commit of this process.</summary>
    public LogSignal Signal => database.Signal;

    /// <summary>Appends waiting for the writer.</summary>
    public int QueueDepth => writer?.QueueDepth ?? 0;

    public async Task<AppendOutcome> Append(Append append, CancellationToken ct = default)
    {
        using Activity? activity = telemetry.StartAppend();
        var item = new AppendItem(await Prepare(append, ct).ConfigureAwait(false), states);
        writer.Enqueue(item);
        AppendItem.Result answer = await item.Answer.WaitAsync(ct).ConfigureAwait(false);
        if (answer.Status == PartStatus.StreamElsewhere)
        {
            throw new StreamElsewhereException();
        }

        return answer.Outcome ?? await RecordedBefore(append.Metadata, ct).ConfigureAwait(false);
    }

    public async Task<Transacted<TState>> Transact<TState, TEvent>(
        StreamType<TState, TEvent> type,
        Guid streamId,
        Func<TState, Decision<TEvent>> decide,
        CommandMetadata metadata,
        CancellationToken ct = default)
        where TState : class
        where TEvent : class
    {
        using Activity? activity = telemetry.StartAppend();
        CachedState state = states.Find(streamId) ?? await LoadState(type, streamId, ct).ConfigureAwait(false);
        for (int attempt = 1; ; attempt++)
        {
            var item = new TransactItem<TState, TEvent>(type, streamId, decide, metadata, state, preparer, states);
            writer.Enqueue(item);
            TransactItem<TState, TEvent>.Result answer = await item.Answer.WaitAsync(ct).ConfigureAwait(false);
            switch (answer.Status)
            {
                case PartStatus.Appended:
                    return answer.Transacted!;
                case PartStatus.RecordedBefore:
                    return await Repeated(type, metadata, ct).ConfigureAwait(false);
                case PartStatus.ClaimTaken:
                    return Refused(type, state, StoreRefusals.ClaimTaken);
                case PartStatus.Archived:
                    return Refused(type, state, StoreRefusals.Archived);
                case PartStatus.StreamElsewhere:
                    states.Drop(streamId);
                    throw new StreamElsewhereException();
                case PartStatus.KeysNeeded when attempt < options.DecideAttemptsMax:
                    await database.Seals.FetchForSealing(answer.KeysOf!, ct).ConfigureAwait(false);
                    continue;
                case PartStatus.Conflict when attempt < options.DecideAttemptsMax:
                    // Other processes were faster. A little randomness lets one of us win.
                    await Task.Delay(Random.Shared.Next(0, Math.Min(1 << attempt, 64)), ct).ConfigureAwait(false);
                    state = await LoadState(type, streamId, ct).ConfigureAwait(false);
                    continue;
                default:
                    return Refused(type, state, StoreRefusals.TooBusy);
            }
        }
    }

    /// <inheritdoc/>
    public async Task<bool> Archive(Guid streamId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand($"select {database.LogSchema}.wya_archive($1)");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = streamId });
        bool archived = (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        states.Drop(streamId);
        return archived;
    }

    public ValueTask DisposeAsync()
    {
        database.Hosts.Promoted -= states.Clear;
        return writer.DisposeAsync();
    }

    /// <summary>
    /// Asks the writer for an event that was seen: it sends it at a version that no stream has, so that it is found or
    /// conflicts, and is never recorded. Either is answered by a commit, so when a standby has that, and all before it; and
    /// by whoever is the primary then, which may be another than the one where it was seen.
    /// </summary>
    private async Task<bool> IsConfirmed(RecordedEvent seen, CancellationToken ct)
    {
        var again = new PreparedEvent(seen.Id, database.Types.For(seen.Data), seen.Data, "{}"u8.ToArray(), "{}"u8.ToArray());
        var item = new AppendItem(
            [new PreparedStream(seen.StreamId, "seen", long.MaxValue, [again], [], CommandMetadata.System(seen.Id))], states);
        writer.Enqueue(item);
        return (await item.Answer.WaitAsync(ct).ConfigureAwait(false)).Status == PartStatus.RecordedBefore;
    }

    /// <summary>Keys are fetched at most twice: a moment may pass between fetching and sealing, but not a minute.</summary>
    private async Task<PreparedStream[]> Prepare(Append append, CancellationToken ct)
    {
        for (int fetched = 0; ; fetched++)
        {
            try
            {
                return preparer.Prepare(append);
            }
            catch (KeysNotAtHandException keys) when (fetched < 2)
            {
                await database.Seals.FetchForSealing(keys.Subjects, ct).ConfigureAwait(false);
            }
        }
    }

    private static Transacted<TState> Refused<TState, TEvent>(StreamType<TState, TEvent> type, CachedState state, Refusal refusal)
        where TState : class
        where TEvent : class =>
        new(state.State as TState ?? type.Initial, state.Version, 0, 0, refusal);

    /// <summary>
    /// The newest state: what is cached, and the events since. Callers that want the same stream at the same time share
    /// one read, so that a busy stream cannot take all connections.
    /// </summary>
    private async Task<CachedState> LoadState<TState, TEvent>(StreamType<TState, TEvent> type, Guid streamId, CancellationToken ct)
        where TState : class
        where TEvent : class
    {
        Task<CachedState> load = loading.GetOrAdd(
            streamId,
            static (id, arguments) => new Lazy<Task<CachedState>>(() => arguments.Store.ReadState(arguments.Type, id)),
            (Store: this, Type: type)).Value;
        try
        {
            return await load.WaitAsync(ct).ConfigureAwait(false);
        }
        finally
        {
            loading.TryRemove(streamId, out _);
        }
    }

    private async Task<CachedState> ReadState<TState, TEvent>(StreamType<TState, TEvent> type, Guid streamId)
        where TState : class
        where TEvent : class
    {
        CachedState known = states.Find(streamId) ?? new CachedState(0, type.Initial);
        var state = (TState)known.State;
        long version = known.Version;
        if (type.Passing is not null)
        {
            version = Math.Max(version, await Version(streamId).ConfigureAwait(false)); // before its events are read: they are at least as new
        }

        var since = new StreamRange(known.Version + 1, IncludeArchived: true);
        await foreach (RecordedEvent recorded in ReadStream(streamId, since, type.Passing, CancellationToken.None).ConfigureAwait(false))
        {
            state = type.Evolve(state, (TEvent)recorded.Data);
            version = Math.Max(version, recorded.Version);
        }

        var loaded = new CachedState(version, state);
        states.Offer(streamId, loaded);
        return loaded;
    }

    private async Task<AppendOutcome> RecordedBefore(CommandMetadata metadata, CancellationToken ct)
    {
        (RecordedEvent first, long position, _) = await FindCommand(metadata.CommandId, ct).ConfigureAwait(false);
        return new AppendOutcome.Duplicate(first, position);
    }

    private async Task<Transacted<TState>> Repeated<TState, TEvent>(
        StreamType<TState, TEvent> type, CommandMetadata metadata, CancellationToken ct)
        where TState : class
        where TEvent : class
    {
        (RecordedEvent first, long position, long version) = await FindCommand(metadata.CommandId, ct).ConfigureAwait(false);
        TState state = type.Initial;
        var asThen = new StreamRange(To: version, IncludeArchived: true);
        await foreach (RecordedEvent recorded in ReadStream(first.StreamId, asThen, type.Passing, ct).ConfigureAwait(false))
        {
            state = type.Evolve(state, (TEvent)recorded.Data);
        }

        return new Transacted<TState>(state, version, position, 0, Earlier: first) { Time = first.Time };
    }

    /// <summary>The first event of a recorded command, with the position and version of its last one in that stream.</summary>
    /// <exception cref="OutcomeUnknownException">It is recorded, and cannot be read at the moment.</exception>
    private async Task<(RecordedEvent First, long Position, long Version)> FindCommand(Guid commandId, CancellationToken ct)
    {
        try
        {
            return await ReadCommand(commandId, ct).ConfigureAwait(false);
        }
        catch (Exception away) when (Faults.IsTransient(away))
        {
            throw new OutcomeUnknownException(away);
        }
    }

    private async Task<(RecordedEvent First, long Position, long Version)> ReadCommand(Guid commandId, CancellationToken ct)
    {
        RecordedEvent first = await Find(commandId, ct).ConfigureAwait(false)
            ?? throw (database.Hosts.AreSeveral
                ? new NoPrimaryException(null) // a pooled session leads to another server than the writer's, a moment longer
                : new InvalidOperationException("An event id is recorded, but not the first of its command."));
        long position = first.Position, version = first.Version;
        for (int ordinal = 1; await Find(EventIds.ForEvent(commandId, ordinal), ct).ConfigureAwait(false) is { } next; ordinal++)
        {
            position = next.Position;
            version = next.StreamId == first.StreamId ? next.Version : version;
        }

        return (first, position, version);
    }
}
