using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

public sealed class FriendSuggestionsTests(SharedApi shared)
{
    [Fact]
    public async Task Friends_of_friends_are_suggested_with_their_reasons_and_can_be_dismissed()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(7);
        Person mara = people[0], noor = people[1], kim = people[2], ida = people[3], ben = people[4], fan = people[5], eve = people[6];
        await mara.Befriends(noor);
        await mara.Befriends(kim);
        await ida.Befriends(noor);
        await ida.Befriends(kim);
        await ben.Befriends(kim);
        await eve.Befriends(kim);
        await eve.Does("block", mara);
        await fan.Does("follow", mara);
        await ida.Does("follow", mara);

        JsonElement[] items = [.. (await mara.Client.Send("GET", "/me/friend-suggestions")).Json.GetProperty("items").EnumerateArray()];

        items.Select(item => item.GetProperty("user_id").GetGuid()).ShouldBe([ida.Id, ben.Id, fan.Id]);
        items[0].GetProperty("handle").GetString().ShouldBe(ida.Handle);
        string[][] reasons = [.. items.Select(item => item.GetProperty("reasons").EnumerateArray().Select(one => one.GetString()!).ToArray())];
        reasons[0].ShouldBe([$"2 mutual friends: {noor.Handle}, {kim.Handle}", "Follows you"]);
        reasons[1].ShouldBe([$"1 mutual friend: {kim.Handle}"]);
        reasons[2].ShouldBe(["Follows you"]);

        await mara.Does("dismiss", ida);
        await mara.Does("request", ben);
        (await mara.Shown("/me/friend-suggestions")).ShouldBe([fan.Id]);
        (await ida.Shown("/me/friend-suggestions")).ShouldContain(mara.Id, "it says nothing to the other one");
    }

    [Fact]
    public async Task Minors_are_suggested_friends_of_friends_of_their_layer_alone_and_nobody_more_than_twenty()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(24, age: 15);
        Person mara = people[0], noor = people[1], fan = people[2];
        await mara.Befriends(noor);
        await fan.Does("follow", mara);
        (await mara.Shown("/me/friend-suggestions")).ShouldBeEmpty();
        await noor.Befriends(people[3]);
        await noor.Befriends(people[4]);
        await api.Grows(people[4], AgeLayer.Minor, AgeLayer.Transitional);
        (await mara.Shown("/me/friend-suggestions")).ShouldBe([people[3].Id]);
        foreach (Person other in people[5..])
        {
            await noor.Befriends(other);
        }

        await noor.Befriends(fan);
        (await mara.Shown("/me/friend-suggestions")).Length.ShouldBe(20);
        await api.Grows(mara, AgeLayer.Minor, AgeLayer.Transitional);
        (await mara.Shown("/me/friend-suggestions")).ShouldBeEmpty();
    }
}
