using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

public sealed class ImportGraphTests(SharedApi shared)
{
    [Fact]
    public async Task What_was_exported_is_imported_again_and_it_is_said_why_somebody_was_passed_over()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(7);
        Person mara = people[0], noor = people[1], kim = people[2], ida = people[3], mean = people[4], old = people[5], anew = people[6];
        await mara.Befriends(noor);
        await mara.Does("follow", kim);
        await mara.Does("request", ida);
        await mara.Does("block", mean);
        await mara.Does("mute", kim);
        Answer export = await mara.Client.Send("GET", "/me/graph/export");
        export.Status.ShouldBe(200, export.Text);
        export.String("format").ShouldBe("wya-graph");
        foreach ((string section, Guid who) in new[] { ("friends", noor.Id), ("following", kim.Id), ("requests", ida.Id), ("blocks", mean.Id), ("mutes", kim.Id) })
        {
            export.Json.GetProperty(section).EnumerateArray().Single().GetProperty("user_id").GetGuid().ShouldBe(who, section);
        }

        await api.Grows(old, AgeLayer.Adult, AgeLayer.Transitional);
        await noor.Does("request", anew);
        await mean.Does("block", anew);
        Answer imported = await anew.Client.Send("POST", "/me/graph/import", new
        {
            friends = new[] { noor.Id.ToString(), kim.Handle.ToUpperInvariant(), mean.Handle, mean.Id.ToString(), old.Handle, Requests.NewHandle(), anew.Handle },
            following = new[] { kim.Id.ToString(), kim.Handle },
        });

        imported.Status.ShouldBe(200, imported.Text);
        (Count("asked"), Count("befriended"), Count("followed"), Count("already_so")).ShouldBe((1, 1, 1, 1));
        imported.Json.GetProperty("passed_over").EnumerateArray().Select(one => one.GetProperty("why").GetString())
            .ShouldBe(["user-not-found", "user-not-found", "user-not-found", "user-not-found", "not-with-oneself"]);
        (await anew.Shown("/me/friends")).ShouldBe([noor.Id]);
        (await anew.Shown("/me/following")).ShouldBe([kim.Id]);
        (await anew.Client.Send("POST", "/me/graph/import", new { friends = Array.Empty<string>() })).Problem.ShouldBe("import-invalid");
        (await anew.Client.Send("POST", "/me/graph/import", new { friends = Enumerable.Repeat("mara", 201) })).Problem.ShouldBe("import-invalid");

        int Count(string member) => imported.Json.GetProperty(member).GetInt32();
    }

    [Fact]
    [Trait("seed", "A3")]
    public async Task What_the_system_holds_on_somebody_says_nothing_of_what_others_did_about_them()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(4);
        await people[0].Does("request", people[1]);
        await people[1].Does("decline", people[0]);
        await people[2].Does("block", people[0]);
        await people[3].Does("mute", people[0]);

        Answer export = await people[0].Client.Send("GET", "/me/export");

        JsonElement graph = export.Json.GetProperty("domains").GetProperty("graph");
        JsonElement request = graph.GetProperty("friend_requests").EnumerateArray().Single();
        request.EnumerateObject().Select(member => member.Name).ShouldBe(["requested_at", "requested_id", "requester_id"], ignoreOrder: true);
        export.Text.ShouldNotContain(people[2].Id.ToString());
        export.Text.ShouldNotContain(people[3].Id.ToString());
    }
}
