using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

public sealed class BlockUserTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "C2")]
    [Trait("seed", "3.1")]
    public async Task With_204_the_two_do_not_exist_for_each_other_in_any_domain_with_the_very_next_request()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Person mara = people[0], noor = people[1];
        await mara.Befriends(noor);
        Guid conversation = await noor.StartDirect(mara);
        for (int i = 0; i < 5; i++)
        {
            (await mara.Try("block", noor.Id)).Status.ShouldBe(204);
            (await noor.Client.Send("GET", $"/users/{mara.Id}")).Problem.ShouldBe("user-not-found");
            (await mara.Client.Send("GET", $"/users/by-handle/{noor.Handle}")).Problem.ShouldBe("user-not-found");
            (await noor.Client.Send("PUT", $"/conversations/{conversation}/messages/{Guid.NewGuid()}", new { text = "Hello?" }))
                .Problem.ShouldBe("conversation-not-found");
            (await noor.Try("request", mara.Id)).Problem.ShouldBe("user-not-found");
            (await noor.Shown("/me/friends")).ShouldBeEmpty();
            (await noor.Shown("/me/blocks")).ShouldBeEmpty();
            (await mara.Shown("/me/blocks")).ShouldBe([noor.Id]);

            (await mara.Try("unblock", noor.Id)).Status.ShouldBe(204);
            (await noor.Client.Send("GET", $"/users/{mara.Id}")).Status.ShouldBe(200);
            (await noor.Shown("/me/friends")).ShouldBeEmpty("nothing comes back by itself");
        }
    }

    [Fact]
    public async Task Only_who_blocked_takes_it_back_and_a_moderator_sees_both()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        await people[0].Does("block", people[1]);
        (await people[1].Try("unblock", people[0].Id)).Problem.ShouldBe("user-not-found");
        Person moderator = await api.NewPerson(30, "moderate");
        (await people[0].Try("block", moderator.Id)).Status.ShouldBe(204);
        (await moderator.Client.Send("GET", $"/users/{people[0].Id}")).Status.ShouldBe(200);
        (await people[0].Shown("/me/blocks")).ShouldBe([moderator.Id, people[1].Id]);
    }

    [Fact]
    public async Task Neither_muting_nor_parting_nor_an_old_edge_of_another_layer_is_in_the_way_of_talking()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        await people[0].Befriends(people[1]);
        Guid conversation = await people[0].StartDirect(people[1]);
        await people[0].Does("mute", people[1]);
        await people[1].Says(conversation);
        await people[0].Does("unfriend", people[1]);
        await people[1].Says(conversation);
        await api.Grows(people[1], AgeLayer.Adult, AgeLayer.Transitional);
        (await people[0].Client.Send("GET", $"/conversations/{conversation}")).Problem.ShouldBe("conversation-not-found");
    }
}
