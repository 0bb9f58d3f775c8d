using System.Text;
using Shouldly;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms.Objects;
using Xunit;

namespace Wya.Projections.Tests.Rooms;

/// <summary>What every store of objects does, whatever it is made of.</summary>
public abstract class ObjectsContract
{
    private readonly RoomId room = new(Guid.NewGuid());

    protected abstract IObjects Objects { get; }

    private string Key => RoomObject.Key(room, 1);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("seed", "4.S1")]
    public async Task An_object_comes_back_as_it_was_written_under_the_name_that_is_specified()
    {
        byte[] bytes = Encoding.UTF8.GetBytes("{\"theme\":{\"accent\":\"#7A5AF8\"},\"text\":\"Grüße 👋\"}");

        (await Objects.TryCreate($"room/{room.Value}/1.json", bytes, Ct)).ShouldBeTrue();

        (await Objects.Read(Key, Ct)).ShouldBe(bytes);
        (await Objects.Read(RoomObject.Key(room, 2), Ct)).ShouldBeNull();
    }

    [Fact]
    [Trait("seed", "4.1")]
    [Trait("seed", "4.4")]
    [Trait("seed", "C7")]
    public async Task What_is_there_is_never_overwritten_not_even_by_the_same()
    {
        await Objects.TryCreate(Key, "first"u8.ToArray(), Ct);

        (await Objects.TryCreate(Key, "other"u8.ToArray(), Ct)).ShouldBeFalse();
        (await Objects.TryCreate(Key, "first"u8.ToArray(), Ct)).ShouldBeFalse();

        (await Objects.Read(Key, Ct)).ShouldBe("first"u8.ToArray());
    }

    [Fact]
    [Trait("seed", "4.1")]
    public async Task Of_many_who_create_at_once_one_does_and_all_find_its_bytes()
    {
        byte[][] wanted = [.. Enumerable.Range(0, 8).Select(i => Encoding.UTF8.GetBytes($"writer {i}"))];

        bool[] created = await Task.WhenAll(wanted.Select(bytes => Objects.TryCreate(Key, bytes, Ct)));

        created.Count(did => did).ShouldBe(1);
        (await Objects.Read(Key, Ct)).ShouldBe(wanted[Array.IndexOf(created, true)]);
    }

    [Fact]
    public async Task A_writer_is_told_whether_its_bytes_are_there_or_others()
    {
        (await ObjectWriter.Write(Objects, Key, "mine"u8.ToArray(), TimeProvider.System, Ct)).ShouldBe(Written.There);
        (await ObjectWriter.Write(Objects, Key, "mine"u8.ToArray(), TimeProvider.System, Ct)).ShouldBe(Written.There);
        (await ObjectWriter.Write(Objects, Key, "other"u8.ToArray(), TimeProvider.System, Ct)).ShouldBe(Written.Taken);
    }

    [Fact]
    public async Task What_is_deleted_is_gone_and_deleting_tells_whether_there_was_something()
    {
        await Objects.TryCreate(Key, "gone"u8.ToArray(), Ct);

        (await Objects.Delete(Key, Ct)).ShouldBeTrue();
        (await Objects.Delete(Key, Ct)).ShouldBeFalse();

        (await Objects.Read(Key, Ct)).ShouldBeNull();
        (await Keys()).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_versions_of_a_room_are_listed_and_those_of_no_other()
    {
        await Objects.TryCreate(RoomObject.Key(room, 1), "one"u8.ToArray(), Ct);
        await Objects.TryCreate(RoomObject.Key(room, 12), "twelve"u8.ToArray(), Ct);
        await Objects.TryCreate(RoomObject.Key(new RoomId(Guid.NewGuid()), 1), "another's"u8.ToArray(), Ct);

        (await Keys()).ShouldBe([RoomObject.Key(room, 1), RoomObject.Key(room, 12)], ignoreOrder: true);
    }

    [Fact]
    public async Task The_largest_object_fits()
    {
        byte[] bytes = new byte[512 * 1024];
        new Random(7).NextBytes(bytes);

        (await Objects.TryCreate(Key, bytes, Ct)).ShouldBeTrue();

        (await Objects.Read(Key, Ct)).ShouldBe(bytes);
    }

    private async Task<List<string>> Keys()
    {
        List<string> keys = [];
        await foreach (string key in Objects.List(RoomObject.Prefix(room), Ct))
        {
            keys.Add(key);
        }

        return keys;
    }
}

public sealed class FolderObjectsTests : ObjectsContract, IDisposable
{
    private readonly string folder = Path.Combine(Path.GetTempPath(), $"wya-objects-{Guid.NewGuid():n}");

    public FolderObjectsTests() => Objects = new FolderObjects(folder);

    protected override IObjects Objects { get; }

    [Fact]
    public async Task A_file_that_was_changed_is_not_given_away()
    {
        var room = new RoomId(Guid.NewGuid());
        string key = RoomObject.Key(room, 1);
        await Objects.TryCreate(key, "whole"u8.ToArray(), TestContext.Current.CancellationToken);
        string path = Path.Combine(folder, key);
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        await Should.ThrowAsync<ObjectsAwayException>(() => Objects.Read(key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_key_that_leads_out_of_the_folder_is_refused() =>
        await Should.ThrowAsync<ArgumentException>(() => Objects.Read("../../etc/passwd", TestContext.Current.CancellationToken));

    [Fact]
    public void It_has_no_address_of_its_own() => Objects.SignedAddress("room/x/1.json", TimeSpan.FromMinutes(1)).ShouldBeNull();

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
