using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Tests;

/// <summary>A conversation with somebody's messages in it, and what happens to the people of it.</summary>
public static class Scenes
{
    public static async Task<Person[]> NewPeople(this ApiHost api, int count, int age = 30)
    {
        var people = new Person[count];
        for (int i = 0; i < count; i++)
        {
            people[i] = await api.NewPerson(age);
        }

        await api.HeardFromIdentity();
        return people;
    }

    public static async Task<Guid> StartDirect(this Person starter, Person other)
    {
        Answer started = await starter.Client.Send("POST", "/conversations", new { kind = "direct", user_id = other.Id });
        return started.Status == 201 ? started.Json.GetProperty("conversation_id").GetGuid() : throw new InvalidOperationException(started.ToString());
    }

    public static async Task<Guid> StartGroup(this Person creator, params Person[] others)
    {
        Answer started = await creator.Client.Send(
            "POST", "/conversations", new { kind = "group", user_ids = others.Select(other => other.Id), title = "Lanterns" }, Requests.NewKey());
        return started.Status == 201 ? started.Json.GetProperty("conversation_id").GetGuid() : throw new InvalidOperationException(started.ToString());
    }

    public static async Task<Guid> Says(this Person sender, Guid conversation, string text = "Come in!")
    {
        var id = Guid.CreateVersion7();
        Answer sent = await sender.Client.Send("PUT", $"/conversations/{conversation}/messages/{id}", new { text });
        return sent.Status == 201 ? id : throw new InvalidOperationException(sent.ToString());
    }

    public static Task<long> Messages(this ApiHost api, string where) =>
        api.Databases["messaging"].Scalar<long>($"select count(*) from log.mt_events where {where}");

    /// <summary>Recorded in identity's log, as birthdays and erasures are, and taken by messaging.</summary>
    public static async Task HappensTo(this ApiHost api, Person person, object fact)
    {
        await using LogDatabase log = api.Database.OpenAnother();
        await using var store = new PostgresEventStore(log, TimeProvider.System, IdentityDomain.Definition.ReadModels.Where(model => model.Inline));
        await store.Append(new Append(
            CommandMetadata.System(Guid.NewGuid()), new StreamAppend(person.Id, "user", ExpectedVersion.Any, [fact])));
        await api.HeardFromIdentity();
    }

    public static Task Grows(this ApiHost api, Person person, AgeLayer from, AgeLayer to) => api.HappensTo(person, new AgeLayerChanged(from, to));

    public static async Task Grant(this ApiHost api, Person person, string capability)
    {
        Answer done = await (await api.Operator()).Send("PUT", $"/users/{person.Id}/permissions/{capability}");
        if (done.Status != 204)
        {
            throw new InvalidOperationException(done.ToString());
        }

        await api.HeardFromIdentity();
    }

    /// <summary>The body of an answer, apart from what names the one request.</summary>
    public static string Told(this Answer answer)
    {
        JsonNode? body = JsonNode.Parse(answer.Text);
        (body as JsonObject)?.Remove("trace_id");
        return $"{answer.Status} {body?.ToJsonString(JsonSerializerOptions.Default)}";
    }

    public static string Code(this Answer answer) => answer.Problem is { Length: > 0 } problem ? $"{answer.Status} {problem}" : $"{answer.Status}";
}
