using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Messaging;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Api.Tests.Messaging;

/// <summary>A conversation in the log of a running API, to be read over HTTP: what happens in it is recorded directly.</summary>
public sealed class Room(ApiHost api, Guid id)
{
    private readonly MessagingLogs messaging = api.Services.GetRequiredService<MessagingLogs>();

    public Guid Id => id;

    public string Address => $"/conversations/{id}";

    public static async Task<Room> Of(ApiHost api, ConversationKind kind, params Person[] people)
    {
        var room = new Room(api, Guid.NewGuid());
        await room.Record(new ConversationCreated(kind, AgeLayer.Adult, User(people[0]), [.. people.Select(User)], IsRequest: false));
        return room;
    }

    public async Task<long> Record(ConversationEvent fact, Guid? command = null)
    {
        AppendOutcome done = await (await messaging.Find(id, default)).Store.Append(new Append(
            CommandMetadata.System(command ?? Guid.NewGuid()), new StreamAppend(id, "conversation", ExpectedVersion.Any, [fact])));
        return ((AppendOutcome.Appended)done).Position;
    }

    public async Task<Guid> Say(Person sender, string text, params Person[] mentioned)
    {
        var message = Guid.NewGuid();
        await Record(
            new MessageSent(User(sender), MessageKind.Text, Content(sender, text), null, mentioned.Length == 0 ? null : [.. mentioned.Select(User)]), message);
        return message;
    }

    public Task<long> Edit(Person sender, Guid message, string text) => Record(new MessageEdited(User(sender), new MessageId(message), Content(sender, text)));

    public Task<long> Delete(Person sender, Guid message) => Record(new MessageDeleted(User(sender), new MessageId(message)));

    public Task<long> React(Person sender, Guid message, string emoji) => Record(new MessageReacted(User(sender), new MessageId(message), emoji));

    public Task<Answer> Read(Person reader, string rest = "/messages") => reader.Client.Send("GET", Address + rest);

    public static UserId User(Person person) => new(person.Id);

    public static string?[] Texts(Answer page) =>
        [.. page.Json.GetProperty("items").EnumerateArray().Select(item => item.TryGetProperty("text", out JsonElement text) ? text.GetString() : null)];

    public static long? Bound(Answer page, string name) => page.Json.TryGetProperty(name, out JsonElement bound) ? bound.GetInt64() : null;

    private static Sensitive<MessageContent> Content(Person sender, string text) => new(sender.Id, new MessageContent(text));
}
