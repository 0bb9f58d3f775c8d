using System.Text.Json;
using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

public sealed class FindUserTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "R1")]
    public async Task Others_see_the_handle_and_nothing_else()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        Person other = await api.NewPerson();

        Answer byId = await one.Client.Send("GET", $"/users/{other.Id}");
        Answer byHandle = await one.Client.Send("GET", $"/users/by-handle/{other.Handle.ToUpperInvariant()}");

        byId.Status.ShouldBe(200, byId.Text);
        byId.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "handle"]);
        byHandle.Text.ShouldBe(byId.Text);
    }

    [Fact]
    public async Task A_person_sees_themselves_whole()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        (await (await api.Operator()).Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey())).Status.ShouldBe(204);

        Answer me = await one.Client.Send("GET", "/me");

        me.Status.ShouldBe(200, me.Text);
        me.Json.EnumerateObject().Select(member => member.Name).ShouldBe(["id", "handle", "age_layer", "status", "verified_at", "created_at", "birth_date"]);
        string toOthers = me.Text.Replace($",\"birth_date\":\"{me.String("birth_date")}\"", "", StringComparison.Ordinal);
        (await one.Client.Send("GET", $"/users/{one.Id}")).Text.ShouldBe(toOthers);
        (await one.Client.Send("GET", $"/users/by-handle/{one.Handle}")).Text.ShouldBe(toOthers);
        foreach (string capability in new[] { "moderate", "operate" })
        {
            Person staff = await api.NewPerson(30, capability);
            (await staff.Client.Send("GET", $"/users/{one.Id}")).Text.ShouldBe(toOthers);
        }
    }

    [Fact]
    public async Task Age_layers_do_not_exist_for_each_other()
    {
        ApiHost api = await shared.Host();
        Person[] people = [await api.NewPerson(15), await api.NewPerson(19), await api.NewPerson(40)];
        foreach (Person one in people)
        {
            foreach (Person other in people)
            {
                foreach (string address in new[] { $"/users/{other.Id}", $"/users/by-handle/{other.Handle}" })
                {
                    Answer answer = await one.Client.Send("GET", address);
                    Answer nobody = await one.Client.Send("GET", address.StartsWith("/users/by", StringComparison.Ordinal)
                        ? $"/users/by-handle/{Requests.NewHandle()}"
                        : $"/users/{Guid.NewGuid()}");
                    nobody.Problem.ShouldBe("user-not-found");
                    if (one == other)
                    {
                        answer.Status.ShouldBe(200);
                    }
                    else
                    {
                        WithoutTrace(answer).ShouldBe(WithoutTrace(nobody));
                    }
                }
            }
        }
    }

    [Fact]
    public async Task Moderators_and_operators_see_every_layer()
    {
        ApiHost api = await shared.Host();
        Person minor = await api.NewPerson(15);
        foreach (string capability in new[] { "moderate", "operate" })
        {
            Person staff = await api.NewPerson(30, capability);
            (await staff.Client.Send("GET", $"/users/{minor.Id}")).String("age_layer").ShouldBe("minor");
        }
    }

    [Fact]
    public async Task What_has_not_changed_is_not_sent_again()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();

        Answer first = await one.Client.Send("GET", $"/users/{one.Id}");
        string tag = first.Message.Headers.ETag!.ToString();
        Answer unchanged = await one.Client.Send("GET", $"/users/{one.Id}", change: request => request.Headers.Add("If-None-Match", tag));
        (await (await api.Operator()).Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey())).Status.ShouldBe(204);
        Answer changed = await one.Client.Send("GET", $"/users/{one.Id}", change: request => request.Headers.Add("If-None-Match", tag));

        unchanged.Status.ShouldBe(304);
        unchanged.Text.ShouldBeEmpty();
        changed.Status.ShouldBe(200);
        first.Header("Cache-Control").ShouldBe("no-cache, private");
    }

    private static string WithoutTrace(Answer answer)
    {
        Dictionary<string, JsonElement> members = answer.Json.EnumerateObject()
            .Where(member => member.Name != "trace_id").ToDictionary(member => member.Name, member => member.Value);
        IEnumerable<string> headers = answer.Message.Headers.Select(header => header.Key).Order(StringComparer.Ordinal);
        return $"{answer.Status} {JsonSerializer.Serialize(members)} {string.Join(',', headers)}";
    }
}
