using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Testing;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>Who sees what of a room, and how it comes to them.</summary>
public sealed class VisitRoomTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "4.3")]
    [Trait("seed", "R4")]
    [Trait("seed", "K3")]
    public async Task A_public_room_of_an_adult_comes_from_an_address_that_stays_and_may_be_held_for_ever()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        int version = await people[0].Publishes(room, Furnished("one"));

        Answer pointer = await people[1].Client.Send("GET", $"/rooms/{room}");
        pointer.Header("Cache-Control").ShouldBe("max-age=5, private");
        (await people[1].Client.Send("GET", $"/rooms/{room}", change: request => request.Headers.IfNoneMatch.Add(pointer.Message.Headers.ETag!))).Status.ShouldBe(304);
        string address = (await people[1].AddressOf(room, version))!;
        address.ShouldBe($"/objects/room/{room}/{version}.json");
        Answer blob = await api.Anonymous.Send("GET", address);

        blob.Status.ShouldBe(200);
        blob.Header("Cache-Control").ShouldBe("public, max-age=31536000, immutable");
        blob.Message.Headers.ETag!.IsWeak.ShouldBeFalse();
        blob.Message.Headers.ETag.Tag.Trim('"').ShouldBe(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(blob.Text))));
        pointer.Json.GetProperty("active").GetProperty("sha256").GetString().ShouldBe(blob.Message.Headers.ETag.Tag.Trim('"'));
        blob.Header("Cache-Tag").ShouldBe($"room-{room}");
        await people[0].Publishes(room, Furnished("two"));
        (await people[1].AddressOf(room, version + 1)).ShouldNotBe(address, "another version is at another address");
    }

    [Fact]
    [Trait("seed", "4.3")]
    public async Task An_object_is_fetched_conditionally_and_in_parts_and_can_do_nothing()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        int version = await mara.Publishes(room, Furnished("one"));
        Answer whole = await mara.Visits(room, version);

        Answer same = await mara.Visits(room, version, request => request.Headers.IfNoneMatch.Add(whole.Message.Headers.ETag!));
        Answer part = await mara.Visits(room, version, request => request.Headers.Range = new RangeHeaderValue(2, 9));
        Answer beyond = await mara.Visits(room, version, request => request.Headers.Range = new RangeHeaderValue(9_999_999, null));

        (same.Status, same.Text).ShouldBe((304, ""));
        (part.Status, part.Text).ShouldBe((206, whole.Text[2..10]));
        part.Message.Content.Headers.ContentRange!.Length.ShouldBe(Encoding.UTF8.GetByteCount(whole.Text));
        beyond.Status.ShouldBe(416);
        whole.Header("X-Content-Type-Options").ShouldBe("nosniff");
        whole.Header("Content-Security-Policy").ShouldBe("default-src 'none'; sandbox; frame-ancestors 'none'");
        whole.Message.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
    }

    [Theory]
    [InlineData("friends", 30)]
    [InlineData("private", 30)]
    [InlineData("public", 20)]
    [InlineData("public", 15)]
    [Trait("seed", "A4")]
    public async Task Everything_else_comes_only_from_an_address_that_is_signed_for_a_while(string visibility, int age)
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson(age);
        await api.HeardFromIdentity();
        Guid room = await mara.FirstRoom();
        await mara.Shows(room, visibility);
        int version = await mara.Publishes(room, Furnished("one"));

        string address = (await mara.AddressOf(room, version))!;
        Answer blob = await api.Anonymous.Send("GET", address);

        address.ShouldContain("signature=");
        blob.Status.ShouldBe(200);
        blob.Header("Cache-Control").ShouldBe("max-age=300, private, immutable");
        (await api.Anonymous.Send("GET", address[..address.IndexOf('?', StringComparison.Ordinal)])).Problem.ShouldBe("room-version-not-found");
        (await api.Anonymous.Send("GET", address[..^3] + "AAA")).Problem.ShouldBe("room-version-not-found");
        (await api.Anonymous.Send("GET", address.Replace($"/{version}.json", "/2.json", StringComparison.Ordinal))).Problem.ShouldBe("room-version-not-found");
        (await api.Anonymous.Send("GET", address.Replace("expires=", "expires=9", StringComparison.Ordinal))).Problem.ShouldBe("room-version-not-found");
        long expires = long.Parse(address.Split("expires=")[1].Split('&')[0], CultureInfo.InvariantCulture);
        (DateTimeOffset.FromUnixTimeSeconds(expires) - DateTimeOffset.UtcNow).TotalMinutes.ShouldBeInRange(4, 5.1);
    }

    [Fact]
    [Trait("seed", "A4")]
    public async Task A_signature_ends_after_five_minutes()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var clock = new ShiftedClock();
        await using ApiHost api = await ApiHost.Start(services: container => container.AddSingleton<TimeProvider>(clock));
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        await mara.Shows(room, "private");
        string address = (await mara.AddressOf(room, await mara.Publishes(room, Furnished("one"))))!;
        (await api.Anonymous.Send("GET", address)).Status.ShouldBe(200);

        clock.Advance(TimeSpan.FromMinutes(6));

        (await api.Anonymous.Send("GET", address)).Problem.ShouldBe("room-version-not-found");
    }

    [Fact]
    [Trait("seed", "A4")]
    public async Task Who_may_look_is_decided_by_visibility_friendship_layer_block_and_standing()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(4);
        (Person owner, Person friend, Person stranger, Person blocked) = (people[0], people[1], people[2], people[3]);
        Person[] others = [await api.NewPerson(20), await api.NewPerson(15)];
        await api.HeardFromIdentity();
        await api.BeFriends(owner, friend);
        await api.Block(owner, blocked);
        Guid room = await owner.FirstRoom();
        int version = await owner.Publishes(room, Furnished("one"));

        foreach ((string visibility, Person[] allowed, Person[] refused) in new (string, Person[], Person[])[]
        {
            ("public", [owner, friend, stranger], [blocked, .. others]),
            ("friends", [owner, friend], [stranger, blocked, .. others]),
            ("private", [owner], [friend, stranger, blocked, .. others]),
        })
        {
            await owner.Shows(room, visibility);
            foreach (Person person in allowed)
            {
                (await person.Client.Send("GET", $"/rooms/{room}")).Status.ShouldBe(200, visibility);
                (await person.Visits(room, version)).Status.ShouldBe(200, visibility);
                (await person.Client.Send("GET", $"/users/{owner.Id}/rooms")).Json.GetProperty("items").GetArrayLength().ShouldBe(1);
            }

            foreach (Person person in refused)
            {
                (await person.Client.Send("GET", $"/rooms/{room}")).Code().ShouldBe("404 room-not-found", visibility);
                (await person.Led(room, version)).Code().ShouldBe("404 room-not-found", visibility);
                (await person.Client.Send("GET", $"/rooms/{Guid.NewGuid()}")).Told().ShouldBe((await person.Client.Send("GET", $"/rooms/{room}")).Told());
                (await person.Client.Send("GET", $"/users/{owner.Id}/rooms")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
                (await person.Client.Send("DELETE", $"/rooms/{room}")).Code().ShouldBe("404 room-not-found");
            }
        }

        await owner.Shows(room, "public");
        await api.Ban(owner.Id);
        (await stranger.Client.Send("GET", $"/rooms/{room}")).Code().ShouldBe("404 room-not-found");
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/{version}.json")).Code().ShouldBe("404 room-version-not-found");
    }

    [Fact]
    public async Task A_birthday_and_a_change_of_visibility_hold_with_the_next_request_whatever_was_signed()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2, age: 20);
        Guid room = await people[0].FirstRoom();
        int version = await people[0].Publishes(room, Furnished("one"));
        string signed = (await people[1].AddressOf(room, version))!;
        (await api.Anonymous.Send("GET", signed)).Status.ShouldBe(200);

        await people[0].Shows(room, "private");

        (await api.Anonymous.Send("GET", signed)).Status.ShouldBe(404);
        await people[0].Shows(room, "public");
        await api.Grows(people[0], AgeLayer.Transitional, AgeLayer.Adult);
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Visitors_are_shown_what_is_shown_now_and_the_owner_every_version()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        int one = await people[0].Publishes(room, Furnished("one")), two = await people[0].Publishes(room, Furnished("two"));

        (await people[1].Led(room, two)).Status.ShouldBe(302);
        (await people[1].Led(room, one)).Problem.ShouldBe("room-version-not-found");
        (await people[0].Visits(room, one)).Status.ShouldBe(200);
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/{one}.json")).Status.ShouldBe(404);
        (await people[1].Led(room, 3)).Problem.ShouldBe("room-version-not-found");
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/..%2f..%2fsecret.json")).Status.ShouldBe(404);

        (await people[0].Client.Send("DELETE", $"/rooms/{room}")).Status.ShouldBe(204);
        (await people[0].Client.Send("DELETE", $"/rooms/{room}")).Status.ShouldBe(204);
        (await people[0].Led(room, one)).Problem.ShouldBe("room-not-found");
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/{two}.json")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_version_that_is_not_what_was_published_is_given_to_nobody()
    {
        ApiHost api = await shared.Host();
        Person mara = await api.NewPerson();
        Guid room = await mara.FirstRoom();
        int version = await mara.Publishes(room, Furnished("one"));
        string path = Path.Combine(api.ObjectsFolder, "room", room.ToString(), $"{version}.json");
        byte[] bytes = await File.ReadAllBytesAsync(path, TestContext.Current.CancellationToken);
        bytes[3] ^= 1;
        await File.WriteAllBytesAsync(path, bytes, TestContext.Current.CancellationToken);

        (await mara.Visits(room, version)).Code().ShouldBe("503 store-unavailable");
    }
}
