using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Messaging;
using Wya.Api.Messaging.Live;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>People who talk, and what they do, recorded through a node of the system. No test of the live feed can pass by polling.</summary>
internal static class LiveHouse
{
    public static LiveOptions NoPoll { get; } = new()
    {
        Tail = new LogTailOptions { SlowPoll = TimeSpan.FromHours(1), Heartbeat = TimeSpan.FromHours(1) },
        LookEvery = TimeSpan.FromMilliseconds(500),
    };

    public static async Task<ApiHost> Start(LiveOptions? options = null, Action<IServiceCollection>? services = null)
    {
        Assert.SkipWhen(Testing.TestPostgres.MaySkip, $"{Testing.TestPostgres.Variable} is not set.");
        return await ApiHost.Start(services: container =>
        {
            container.AddSingleton(options ?? NoPoll);
            services?.Invoke(container);
        });
    }

    public static Task<ApiHost> StartLiveBeside(this ApiHost api, string role = "all") =>
        api.StartBeside(settings => settings["Wya:Role"] = role, container => container.AddSingleton(NoPoll));

    public static async Task<Person[]> Friends(this ApiHost api, int count)
    {
        Person[] people = [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => api.NewPerson()))];
        await api.HeardFromIdentity();
        return people;
    }

    /// <returns>The position of the last event.</returns>
    public static async Task<long> Record(this ApiHost api, Guid conversation, params ConversationEvent[] facts) => await api.RecordAs(Guid.NewGuid(), conversation, facts);

    public static async Task<long> RecordAs(this ApiHost api, Guid id, Guid conversation, params ConversationEvent[] facts)
    {
        PostgresEventStore store = (await api.Services.GetRequiredService<MessagingLogs>().Find(conversation, default)).Store;
        AppendOutcome outcome = await store.Append(new Append(
            new CommandMetadata("system", id), new StreamAppend(conversation, "conversation", ExpectedVersion.Any, facts)));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    public static async Task<Guid> Conversation(this ApiHost api, ConversationKind kind, params Person[] people)
    {
        var id = Guid.NewGuid();
        await api.Record(id, new ConversationCreated(
            kind, AgeLayer.Adult, new UserId(people[0].Id), [.. people.Select(person => new UserId(person.Id))], IsRequest: false));
        return id;
    }

    public static async Task<(Guid Id, long Position)> Say(this ApiHost api, Guid conversation, Person sender, string text)
    {
        var id = Guid.NewGuid();
        return (id, await api.RecordAs(id, conversation, new MessageSent(
            new UserId(sender.Id), MessageKind.Text, new Sensitive<MessageContent>(sender.Id, new MessageContent(text)))));
    }

    public static string TokenOf(this Person person) => person.Client.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>The same person at another node.</summary>
    public static HttpClient At(this Person person, ApiHost node) => node.With(person.TokenOf());
}

/// <summary>One API for the tests of a class that need no other, and leave it as it is.</summary>
public sealed class SharedLive : IAsyncDisposable
{
    private ApiHost? host;

    public async Task<ApiHost> Host() => host ??= await LiveHouse.Start();

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? ValueTask.CompletedTask;
}
