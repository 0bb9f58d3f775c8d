using System.Text.Json;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Analysis;

/// <summary>What analysts find in the logs, and what they do not.</summary>
public sealed class AnalystTests(SharedApi shared)
{
    [Fact]
    public async Task A_log_is_browsed_by_type_actor_time_and_request_page_by_page()
    {
        (ApiHost api, HttpClient analyst) = await Begin();
        DateTimeOffset before = DateTimeOffset.UtcNow.AddMilliseconds(-1);
        Person person = await api.NewPerson();
        await (await api.Operator()).Send("PUT", $"/users/{person.Id}/verification", new { document = "passport" });
        Answer created = await analyst.Send("GET", $"/analyst/events?domain=identity&type=user.created&from={before:yyyy-MM-ddTHH:mm:ss.fff}Z&limit=1");
        created.Status.ShouldBe(200, created.Text);
        JsonElement newest = created.Json.GetProperty("items")[0];
        newest.GetProperty("stream_id").GetGuid().ShouldBe(person.Id);
        newest.GetProperty("type").GetString().ShouldStartWith("user.created");

        string request = newest.GetProperty("correlation_id").GetString()!;
        Answer ofRequest = await analyst.Send("GET", $"/analyst/events?domain=identity&correlation={request}");
        ofRequest.Json.GetProperty("items").EnumerateArray().ShouldAllBe(one => one.GetProperty("stream_id").GetGuid() == person.Id);

        // Two pages are one another's continuation, with nothing between and nothing twice.
        Answer first = await analyst.Send("GET", "/analyst/events?domain=identity&limit=2");
        Answer second = await analyst.Send("GET", $"/analyst/events?domain=identity&limit=2&cursor={first.String("next")}");
        long[] positions = [.. first.Json.GetProperty("items").EnumerateArray().Concat(second.Json.GetProperty("items").EnumerateArray()).Select(Position)];
        positions.ShouldBe(Enumerable.Range(0, 4).Select(i => positions[0] - i));

        (await analyst.Send("GET", $"/analyst/events?domain=identity&actor={Guid.NewGuid()}")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await analyst.Send("GET", $"/analyst/events?domain=identity&to={before.AddYears(-1):yyyy-MM-dd}T00:00:00Z")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
        (await analyst.Send("GET", "/analyst/events?domain=identity&cursor=x")).Problem.ShouldBe("cursor-malformed");
        (await analyst.Send("GET", "/analyst/events?domain=nowhere")).Problem.ShouldBe("log-unknown");
    }

    [Fact]
    public async Task What_is_sensitive_stays_sealed_in_events_and_in_states()
    {
        (ApiHost api, HttpClient analyst) = await Begin();
        Person person = await api.NewPerson(age: 37);
        (await person.Client.Send("PUT", "/me/contact-address", new { contact_address = "mara@example.org" }, Requests.NewKey())).Status.ShouldBeLessThan(300);
        (await (await api.Operator()).Send("PUT", $"/users/{person.Id}/permissions/operate")).Status.ShouldBe(204);
        Answer stream = await analyst.Send("GET", $"/analyst/streams/{person.Id}");
        stream.Status.ShouldBe(200, stream.Text);
        stream.String("domain").ShouldBe("identity");
        int version = stream.Json.GetProperty("version").GetInt32();
        Answer last = await analyst.Send("GET", $"/analyst/streams/{person.Id}/steps/{version}");
        Answer first = await analyst.Send("GET", $"/analyst/streams/{person.Id}/steps/1");
        foreach (string text in new[] { stream.Text, first.Text, last.Text })
        {
            text.ShouldContain("(sealed)");
            text.ShouldNotContain("sealed1:");
            text.ShouldNotContain("mara@example.org");
            text.ShouldNotContain(Requests.BirthDate(37));
        }

        last.Json.GetProperty("changed").EnumerateArray().Select(name => name.GetString()).ShouldBe(["granted"]);
        first.Json.GetProperty("changed").GetArrayLength().ShouldBeGreaterThan(0);
        last.Json.GetProperty("before").GetRawText().ShouldNotBe(last.Json.GetProperty("after").GetRawText());
        (await analyst.Send("GET", $"/analyst/streams/{person.Id}/steps/{version + 1}")).Problem.ShouldBe("stream-unknown");
        long position = stream.Json.GetProperty("events")[0].GetProperty("position").GetInt64();
        (await analyst.Send("GET", $"/analyst/events/identity/{position}")).Json.GetProperty("stream_id").GetGuid().ShouldBe(person.Id);
        (await analyst.Send("GET", $"/analyst/events/identity/{long.MaxValue}")).Problem.ShouldBe("event-unknown");
    }

    [Fact]
    public async Task What_a_request_came_to_is_told_across_the_logs()
    {
        (ApiHost api, HttpClient analyst) = await Begin();
        Person person = await api.NewPerson();
        Answer stream = await analyst.Send("GET", $"/analyst/streams/{person.Id}");
        JsonElement created = stream.Json.GetProperty("events")[0];
        string request = created.GetProperty("correlation_id").GetString()!;
        JsonElement[] tree = [];
        await Eventually.Is(
            async () => (tree = [.. (await analyst.Send("GET", $"/analyst/requests/{request}")).Json.GetProperty("items").EnumerateArray()])
                .Any(one => one.GetProperty("event").GetProperty("domain").GetString() == "rooms"),
            "the registration's room is there");

        JsonElement room = tree.First(one => one.GetProperty("event").GetProperty("domain").GetString() == "rooms");
        room.GetProperty("depth").GetInt32().ShouldBe(1);
        room.GetProperty("by").GetGuid().ShouldBe(created.GetProperty("id").GetGuid());
        tree[0].GetProperty("depth").GetInt32().ShouldBe(0);
        (await analyst.Send("GET", "/analyst/requests/unheard-of")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task A_row_is_explained_by_the_events_that_touched_it_and_by_who_made_it()
    {
        (ApiHost api, HttpClient analyst) = await Begin();
        Person person = await api.NewPerson();
        Answer users = await analyst.Send("GET", $"/analyst/rows/identity/users?key={person.Id}&after={await Before(api, person)}");
        users.Status.ShouldBe(200, users.Text);
        users.Json.GetProperty("read_model_version").GetInt32().ShouldBeGreaterThan(0);
        users.Json.GetProperty("row").GetProperty("id").GetGuid().ShouldBe(person.Id);
        users.Text.ShouldNotContain(person.Handle);
        users.Json.GetProperty("events").EnumerateArray().ShouldAllBe(one => one.GetProperty("stream_id").GetGuid() == person.Id);
        users.Json.GetProperty("events")[0].GetProperty("type").GetString().ShouldStartWith("user.created");

        // What the graph keeps of identity is made of identity's log.
        Answer people = await analyst.Send("GET", $"/analyst/rows/graph/people?key={person.Id}&after={await Before(api, person)}");
        people.String("source").ShouldBe("identity");
        people.Json.GetProperty("events").GetArrayLength().ShouldBeGreaterThan(0);

        Answer direct = await analyst.Send("GET", $"/analyst/rows/identity/users?key={person.Id}");
        direct.Json.GetProperty("events").GetRawText().ShouldBe(users.Json.GetProperty("events").GetRawText());
        (direct.Json.GetProperty("of_its_stream").GetBoolean(), direct.Json.GetProperty("next").GetInt64()).ShouldBe((true, 0));
        users.Json.GetProperty("of_its_stream").GetBoolean().ShouldBeFalse();

        (await analyst.Send("GET", "/analyst/rows/identity/users?key=nobody")).Problem.ShouldBe("row-key-malformed");
        (await analyst.Send("GET", "/analyst/rows/identity/users")).Problem.ShouldBe("row-key-malformed");
        (await analyst.Send("GET", $"/analyst/rows/identity/credentials?key={person.Id}")).Problem.ShouldBe("table-unknown");
    }

    [Fact]
    public async Task Safetys_log_is_closed_to_them_whatever_they_ask()
    {
        (ApiHost api, HttpClient analyst) = await Begin();
        foreach (string address in new[]
        {
            "/analyst/events?domain=safety", "/analyst/events/safety/1", $"/analyst/streams/{Guid.NewGuid()}?domain=safety",
            $"/analyst/streams/{Guid.NewGuid()}/steps/1?domain=safety", $"/analyst/rows/safety/cases?key={Guid.NewGuid()}", "/analyst/events/live?domain=safety",
        })
        {
            (await analyst.Send("GET", address)).Problem.ShouldBe("safety-log-closed", address);
        }

        (await analyst.Send("GET", "/analyst/logs")).Json.GetProperty("items").EnumerateArray().Select(log => log.GetProperty("domain").GetString()).ShouldNotContain("safety");
        (await analyst.Send("GET", $"/analyst/streams/{api.Keys.Ring.CurrentVersion:D8}-0000-0000-0000-000000000000")).Problem.ShouldBe("stream-unknown");
    }

    private async Task<(ApiHost Api, HttpClient Analyst)> Begin()
    {
        ApiHost api = await shared.Host();
        return (api, (await api.NewPerson(30, "analyse")).Client);
    }

    private static Task<long> Before(ApiHost api, Person person) =>
        api.Database.Scalar<long>($"select min(seq_id) - 1 from log.mt_events where stream_id = '{person.Id}'");

    private static long Position(JsonElement item) => item.GetProperty("position").GetInt64();
}
