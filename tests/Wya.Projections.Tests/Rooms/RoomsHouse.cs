using System.Text;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Rooms;

/// <summary>The database and the store of rooms, and a folder for their objects, without any process around them.</summary>
public sealed class RoomsHouse : IAsyncLifetime
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"wya-rooms-{Guid.NewGuid():n}");
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;

    public static DomainDefinition Definition => RoomsDomain.Definition;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public PostgresEventStore Store => store!;

    public FolderObjects Objects { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Objects = new FolderObjects(folder);
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase(Definition.Name, Definition.Types, [.. Definition.Kept], Definition.PrepareSql, keys.ForLogs);
        store = new PostgresEventStore(database.Log, TimeProvider.System, Definition.ReadModels.Where(model => model.Inline));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
            await keys!.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    public Publications Publications(IObjects? objects = null) => new(Log, Store, objects ?? Objects, TimeProvider.System);

    public RoomSweep Sweep(IObjects? objects = null) => new(Log, Store, objects ?? Objects, TimeProvider.System);

    public async Task<(RoomId Room, UserId Owner)> NewRoom()
    {
        var room = new RoomId(Guid.NewGuid());
        var owner = new UserId(Guid.NewGuid());
        await Record(room, new RoomCreated(owner, RoomVisibility.Public, IsFirst: true));
        return (room, owner);
    }

    public async Task Record(RoomId room, RoomEvent fact)
    {
        AppendOutcome outcome = await Store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()), new StreamAppend(room.Value, "room", ExpectedVersion.Any, [fact])));
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"It was not recorded: {outcome.GetType().Name}.");
        }
    }

    /// <summary>The first step of a publication.</summary>
    public async Task<Reservation> Reserve(RoomId room, UserId owner, string text, Guid? command = null) => (await Reservations.Take(
        Log, command ?? Guid.NewGuid(), room, owner, null, new Manuscript(Encoding.UTF8.GetBytes(text), []), DateTimeOffset.UtcNow))!;

    /// <summary>The other two.</summary>
    public Task<Publications.Outcome> Finish(Reservation reservation, IObjects? objects = null) =>
        Publications(objects).Finish(reservation, new CommandMetadata(reservation.AuthorId.ToString(), reservation.CommandId));

    public async Task<string?> ObjectOf(RoomId room, int version) =>
        await Objects.Read(RoomObject.Key(room, version)) is { } bytes ? Encoding.UTF8.GetString(bytes) : null;

    public async Task<Room> StateOf(RoomId room) => (await Store.Load(Room.Stream, room.Value)).State;

    public Task<List<TRow>> Rows<TKey, TRow>(Table<TKey, TRow> table, string where = "true")
        where TKey : notnull
        where TRow : class => Database.Rows(table, where);
}

/// <summary>A real store, at whose door something happens first.</summary>
public sealed class InterruptedObjects(IObjects objects) : IObjects
{
    public Func<Task> BeforeCreate { get; init; } = () => Task.CompletedTask;

    public Func<Task> AfterCreate { get; init; } = () => Task.CompletedTask;

    public async Task<bool> TryCreate(string key, ReadOnlyMemory<byte> bytes, CancellationToken ct = default)
    {
        await BeforeCreate();
        bool created = await objects.TryCreate(key, bytes, ct);
        await AfterCreate();
        return created;
    }

    public Task<byte[]?> Read(string key, CancellationToken ct = default) => objects.Read(key, ct);

    public Task<bool> Delete(string key, CancellationToken ct = default) => objects.Delete(key, ct);

    public IAsyncEnumerable<string> List(string prefix, CancellationToken ct = default) => objects.List(prefix, ct);

    public Uri? SignedAddress(string key, TimeSpan lifetime) => objects.SignedAddress(key, lifetime);
}
