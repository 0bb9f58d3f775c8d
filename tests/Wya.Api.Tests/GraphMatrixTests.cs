using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>
/// Who may do what about whom: each relation is a row, each command a column, and every cell is tried. Who is hidden is
/// answered byte for byte as somebody who never was, on every address that takes a person.
/// </summary>
public sealed class GraphMatrixTests(SharedApi shared)
{
    private const string None = "404 user-not-found";

    private const string NoRequest = "409 no-friend-request";

    /// <summary>In the order of <see cref="Neighbourhood.Commands"/>, in which none disturbs a later one.</summary>
    public static TheoryData<string, string[]> Relations => new()
    {
        //             cancel  decline   accept    request unfollow follow  shed   unmute  mute   dismiss unfriend unblock block
        { "strangers", ["204", NoRequest, NoRequest, "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "friends", ["204", NoRequest, "204", "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "asked", ["204", NoRequest, NoRequest, "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "is asked", ["204", "204", "204", "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "was declined", ["204", NoRequest, NoRequest, "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "followed", ["204", NoRequest, NoRequest, "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "the other: suspended", ["204", NoRequest, NoRequest, "200", "204", "204", "204", "204", "204", "204", "204", "204", "204"] },
        { "blocks", [None, None, None, None, None, None, None, None, None, None, None, "204", "204"] },
        { "is blocked", Hidden },
        { "was a friend, and is blocked", Hidden },
        { "had asked, and is blocked", Hidden },
        { "friends, and has a birthday", Hidden },
        { "the other: adult", Hidden },
        { "the other: banned", Hidden },
        { "the other: resting", Hidden },
        { "the other: erased", Hidden },
        { "nobody", Hidden },
    };

    private static string[] Hidden => [.. Enumerable.Repeat(None, Neighbourhood.Commands.Count)];

    [Theory]
    [MemberData(nameof(Relations))]
    [Trait("seed", "A3")]
    [Trait("seed", "3.1")]
    public async Task Every_command_is_answered_as_the_relation_has_it(string relation, string[] expected)
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2, age: 19);
        Person self = people[0], other = people[1];
        Guid otherId = await Become(api, relation, self, other);
        Dictionary<string, string> met = [], told = [], nobody = [];
        foreach (string command in Neighbourhood.Commands.Keys)
        {
            Answer answer = await self.Try(command, otherId);
            met[command] = answer.Code();
            if (answer.Status == 404)
            {
                told[command] = answer.Whole();
                nobody[command] = (await self.Try(command, Guid.NewGuid())).Whole();
            }
        }

        met.Values.ToArray().ShouldBe(expected, string.Join(", ", met));
        told.ShouldBe(nobody);
        if (expected.SequenceEqual(Hidden))
        {
            await IsNowhere(self, other, otherId, findable: relation == "the other: banned");
        }
    }

    /// <summary>Neither in a list, nor at any address, nor by handle: as if there had never been anybody.</summary>
    private static async Task IsNowhere(Person self, Person other, Guid otherId, bool findable)
    {
        foreach (string list in Neighbourhood.Lists)
        {
            (await self.Shown(list)).ShouldBeEmpty(list);
        }

        List<(string Address, string Nobody)> addresses = [($"/users/{otherId}/mutual-friends", $"/users/{Guid.NewGuid()}/mutual-friends")];
        if (!findable)
        {
            addresses.Add(($"/users/{otherId}", $"/users/{Guid.NewGuid()}"));
            addresses.Add(($"/users/by-handle/{(otherId == other.Id ? other.Handle : Requests.NewHandle())}", $"/users/by-handle/{Requests.NewHandle()}"));
        }

        foreach ((string address, string nobody) in addresses)
        {
            Answer answer = await self.Client.Send("GET", address);
            answer.Problem.ShouldBe("user-not-found", address);
            answer.Whole().ShouldBe((await self.Client.Send("GET", nobody)).Whole(), address);
        }
    }

    private static async Task<Guid> Become(ApiHost api, string relation, Person self, Person other)
    {
        switch (relation)
        {
            case "friends" or "was a friend, and is blocked" or "friends, and has a birthday":
                await self.Befriends(other);
                break;
            case "asked" or "was declined" or "had asked, and is blocked":
                await self.Does("request", other);
                break;
            case "is asked":
                await other.Does("request", self);
                break;
            case "followed":
                await other.Does("follow", self);
                break;
            case "blocks":
                await self.Does("block", other);
                break;
        }

        switch (relation)
        {
            case "was declined":
                await other.Does("decline", self);
                break;
            case "is blocked" or "was a friend, and is blocked" or "had asked, and is blocked":
                await other.Does("block", self);
                break;
            case "friends, and has a birthday":
                await api.Grows(self, AgeLayer.Transitional, AgeLayer.Adult);
                break;
            case "the other: adult":
                await api.Grows(other, AgeLayer.Transitional, AgeLayer.Adult);
                break;
            case "the other: banned":
                await api.Ban(other.Id);
                break;
            case "the other: suspended":
                await api.Suspend(other.Id);
                break;
            case "the other: resting":
                await api.HappensTo(other, new ErasureRequested(DateTimeOffset.UtcNow.AddDays(7)));
                break;
            case "the other: erased":
                await api.HappensTo(other, new UserErased());
                break;
            case "nobody":
                return Guid.NewGuid();
        }

        return other.Id;
    }
}
