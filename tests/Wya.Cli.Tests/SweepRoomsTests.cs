using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;
using Wya.Projections.Rooms.Objects;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class SweepRoomsTests
{
    [Fact]
    public async Task What_was_left_behind_is_removed_and_counted_and_what_is_young_is_not()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        await using House house = await House.Build(RoomsDomain.Definition);
        string folder = Path.Combine(Path.GetTempPath(), $"wya-sweep-{Guid.NewGuid():n}");
        try
        {
            Task<Ran> Run(params string[] arguments) => new Tool([house.Definition], new Dictionary<string, string>
            {
                ["ConnectionStrings__rooms"] = house.Database.ConnectionString,
                ["Wya__Rooms__Folder"] = folder,
            }).Run(["rooms", "sweep", .. arguments], ct);

            var objects = new FolderObjects(folder);
            var (room, owner) = (new RoomId(Guid.NewGuid()), new UserId(Guid.NewGuid()));
            await house.Append(room.Value, new RoomCreated(owner, RoomVisibility.Public, IsFirst: true));
            foreach (int hours in new[] { 50, 1 })
            {
                Reservation left = (await Reservations.Take(
                    house.Database.Log, Guid.NewGuid(), room, owner, null, new Manuscript([1], []), DateTimeOffset.UtcNow.AddHours(-hours), ct))!;
                await objects.TryCreate(RoomObject.Key(room, left.Version), left.Manuscript.Object, ct);
            }

            Ran none = await house.Wya("rooms", "sweep");
            (none.ExitCode, none.Error.Trim()).ShouldBe((1, "Set one of Wya__Rooms__Folder and Wya__S3__Bucket: where the versions of rooms are kept."));

            Ran swept = await Run("--json");

            swept.ExitCode.ShouldBe(0, swept.Error);
            JsonElement counts = JsonElement.Parse(swept.Output);
            (counts.GetProperty("reservations").GetInt32(), counts.GetProperty("objects").GetInt32()).ShouldBe((1, 1));
            (await objects.Read(RoomObject.Key(room, 1), ct)).ShouldBeNull();
            (await objects.Read(RoomObject.Key(room, 2), ct)).ShouldNotBeNull();
            Ran nothing = await Run();
            (nothing.ExitCode, nothing.Error.Trim()).ShouldBe((1, "Nothing to sweep: no publication was broken off more than 48 hours ago."));
            (await house.Database.Scalar<long>("select count(*) from log.wya_operations where verb = 'sweep'")).ShouldBe(1);
            (await Run("--older-than", "0")).ExitCode.ShouldBe(2);
        }
        finally
        {
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }
}
