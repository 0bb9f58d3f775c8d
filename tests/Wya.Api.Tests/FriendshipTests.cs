using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

public sealed class FriendshipTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "3.3")]
    [Trait("seed", "3.4")]
    public async Task People_ask_accept_and_part_and_each_sees_their_own_lists_of_people()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Person mara = people[0], noor = people[1], kim = people[2];

        (await mara.Does("request", noor)).Json.GetProperty("are_friends").GetBoolean().ShouldBeFalse();
        (await mara.Shown("/me/friend-requests?direction=outgoing")).ShouldBe([noor.Id]);
        (await noor.Shown("/me/friend-requests")).ShouldBe([mara.Id]);
        await noor.Does("accept", mara);
        (await kim.Does("request", mara)).Status.ShouldBe(200);
        (await mara.Does("request", kim)).Json.GetProperty("are_friends").GetBoolean().ShouldBeTrue("who is asked and asks as well has accepted");

        (await mara.Shown("/me/friends")).ShouldBe([kim.Id, noor.Id], "newest first");
        (await noor.Shown("/me/friends")).ShouldBe([mara.Id]);
        (await noor.Shown($"/users/{kim.Id}/mutual-friends")).ShouldBe([mara.Id]);
        (await mara.Shown("/me/friend-requests")).ShouldBeEmpty();
        JsonElement shown = (await noor.Client.Send("GET", "/me/friends")).Json.GetProperty("items")[0];
        shown.EnumerateObject().Select(member => member.Name).ShouldBe(["user_id", "handle", "since"], "a person, and no edge");
        shown.GetProperty("handle").GetString().ShouldBe(mara.Handle);

        await noor.Does("unfriend", mara);
        (await mara.Shown("/me/friends")).ShouldBe([kim.Id]);
        (await noor.Shown("/me/friends")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Who_was_declined_cannot_tell_by_anything_that_is_shown()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Person mara = people[0];
        List<string> told = [];
        foreach (Person asked in people[1..])
        {
            await mara.Does("request", asked);
            if (asked == people[1])
            {
                await asked.Does("decline", mara);
            }

            string since = await Since(asked);
            string again = (await mara.Does("request", asked)).Whole();
            (await Since(asked)).ShouldBe(since);
            (await asked.Shown("/me/friend-requests")).ShouldBe(asked == people[1] ? [] : [mara.Id]);
            string cancelled = (await mara.Does("cancel", asked)).Whole();
            (await mara.Shown("/me/friend-requests?direction=outgoing")).ShouldNotContain(asked.Id);
            string anew = (await mara.Does("request", asked)).Whole();
            (await mara.Shown("/me/friend-requests?direction=outgoing")).ShouldContain(asked.Id);
            (await asked.Shown("/me/friend-requests")).ShouldBe(asked == people[1] ? [] : [mara.Id], "for thirty days it is not shown");
            told.Add($"{again} {cancelled} {anew}".Replace(asked.Id.ToString(), "", StringComparison.Ordinal));
        }

        told[0].ShouldBe(told[1]);
        (await people[1].Does("request", mara)).Json.GetProperty("are_friends").GetBoolean().ShouldBeTrue("who declined may change their mind at once");

        async Task<string> Since(Person asked) => (await mara.Client.Send("GET", "/me/friend-requests?direction=outgoing")).Json.GetProperty("items")
            .EnumerateArray().Single(item => item.GetProperty("user_id").GetGuid() == asked.Id).GetProperty("since").GetString()!;
    }

    [Fact]
    public async Task People_follow_and_either_ends_it()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2, age: 15);
        Person mara = people[0], noor = people[1];
        await mara.Does("follow", noor);
        (await mara.Shown("/me/following")).ShouldBe([noor.Id]);
        (await noor.Shown("/me/followers")).ShouldBe([mara.Id]);
        await noor.Does("shed", mara);
        (await mara.Shown("/me/following")).ShouldBeEmpty();
        await mara.Does("follow", noor);
        await mara.Does("unfollow", noor);
        (await noor.Shown("/me/followers")).ShouldBeEmpty();
        await mara.Does("mute", noor);
        (await mara.Shown("/me/mutes")).ShouldBe([noor.Id]);
        (await noor.Shown("/me/mutes")).ShouldBeEmpty();
        await mara.Does("unmute", noor);
        (await mara.Shown("/me/mutes")).ShouldBeEmpty();
        (await mara.Try("follow", mara.Id)).Problem.ShouldBe("not-with-oneself");
    }

    [Fact]
    [Trait("seed", "T3")]
    [Trait("seed", "1.2")]
    public async Task On_a_birthday_friends_are_hidden_and_they_come_back_when_the_layers_match()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2, age: 15);
        Person mara = people[0], noor = people[1];
        await mara.Befriends(noor);
        await noor.Does("follow", mara);
        await api.Grows(mara, AgeLayer.Minor, AgeLayer.Transitional);
        foreach (string list in Neighbourhood.Lists)
        {
            (await mara.Shown(list)).ShouldBeEmpty(list);
            (await noor.Shown(list)).ShouldBeEmpty(list);
        }

        await api.Grows(noor, AgeLayer.Minor, AgeLayer.Transitional);

        (await mara.Shown("/me/friends")).ShouldBe([noor.Id]);
        (await noor.Shown("/me/friends")).ShouldBe([mara.Id]);
        (await mara.Shown("/me/followers")).ShouldBe([noor.Id]);
    }

    [Fact]
    public async Task Lists_turn_page_by_page()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(6);
        foreach (Person other in people[1..])
        {
            await people[0].Does("follow", other);
        }

        List<Guid> seen = [];
        string? cursor = null;
        do
        {
            Answer page = await people[0].Client.Send("GET", $"/me/following?limit=2{(cursor is null ? "" : "&cursor=" + cursor)}");
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("user_id").GetGuid()));
            cursor = page.String("next");
        }
        while (cursor is not null);

        seen.ShouldBe(people[1..].Reverse().Select(person => person.Id));
        foreach (string wrong in new[] { "?limit=0", "?limit=101", "?cursor=x", "?cursor=1-x" })
        {
            (await people[0].Client.Send("GET", "/me/following" + wrong)).Problem.ShouldBe("cursor-malformed", wrong);
        }

        (await people[0].Client.Send("GET", "/me/friend-requests?direction=sideways")).Problem.ShouldBe("malformed-request");
    }

    [Fact]
    public async Task A_command_under_a_key_is_recorded_once_however_often_it_is_sent()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        string key = Requests.NewKey();
        Answer first = await people[0].Client.Send("POST", "/me/friend-requests", new { user_id = people[1].Id }, key);
        await people[1].Does("accept", people[0]);
        Answer second = await people[0].Client.Send("POST", "/me/friend-requests", new { user_id = people[1].Id }, key);
        second.Text.ShouldBe(first.Text);
        (await people[0].Client.Send("POST", "/me/friend-requests", new { user_id = people[2].Id }, key)).Problem.ShouldBe("idempotency-key-reused");
    }

    [Fact]
    [Trait("seed", "C2")]
    public async Task Whoever_asks_blocks_or_accepts_at_the_same_moment_the_pair_comes_to_one_end()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(12);
        for (int i = 0; i < people.Length; i += 2)
        {
            Person one = people[i], other = people[i + 1];
            Answer[] asked = await Task.WhenAll(one.Try("request", other.Id), other.Try("request", one.Id));
            asked.ShouldAllBe(answer => answer.Status == 200);
            asked.ShouldContain(answer => answer.Json.GetProperty("are_friends").GetBoolean(), "the later one has accepted");
            (await one.Shown("/me/friends")).ShouldBe([other.Id]);
            await Task.WhenAll(one.Try("block", other.Id), other.Try("follow", one.Id), other.Try("request", one.Id), other.Try("mute", one.Id));
            foreach (string list in Neighbourhood.Lists.Where(list => list != "/me/blocks"))
            {
                (await other.Shown(list)).ShouldBeEmpty(list);
                (await one.Shown(list)).ShouldBeEmpty(list);
            }
        }
    }
}
