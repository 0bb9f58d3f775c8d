using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wya.Api.Http;
using Wya.Api.Messaging;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Messaging;

/// <summary>One API over two of messaging's logs, for the tests of a class. The second holds a quarter of the slots.</summary>
public sealed class Partitions : IAsyncDisposable
{
    /// <summary>From here on they are moved to the second log before anybody talks.</summary>
    private const int SpreadFrom = 192;

    private ApiHost? host;

    public async Task<ApiHost> Host()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        if (host is null)
        {
            host = await ApiHost.Start(settings => settings["Wya:Erasure:GraceDays"] = "0", messagingPartitions: 2);
            SlotMove move = Move(host);
            for (int slot = SpreadFrom; slot < Slots.Count; slot++)
            {
                await move.Move(slot);
            }
        }

        return host;
    }

    public static bool IsHere(int slot) => slot < SpreadFrom;

    public static bool IsThere(int slot) => slot >= SpreadFrom;

    public ValueTask DisposeAsync() => host?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>As the tool moves them, waiting for those who follow the first log in this host.</summary>
    internal static SlotMove Move(ApiHost api)
    {
        MessagingLogs logs = api.Services.GetRequiredService<MessagingLogs>();
        Consumer[] followers =
        [
            .. api.Services.GetServices<OpenDomain>().SelectMany(domain => domain.Everything)
                .Where(consumer => consumer.Source == logs.First.Database && consumer.Model is null),
        ];
        Assert.Equal(4, followers.Length); // two of safety's, the graph's, and the scans
        return new SlotMove(
            logs.All[0].Database,
            logs.All[1].Database,
            MessagingDomain.Definition.ReadModels.Where(model => model.Inline),
            async (_, position, ct) =>
            {
                foreach (Consumer follower in followers)
                {
                    await Eventually.Is(async () => await Positions.Of(follower, ct) >= position, $"{follower.Name} has passed {position}");
                }

                return true;
            },
            TimeProvider.System);
    }

    /// <summary>Somebody and their friends, of whom both logs have heard.</summary>
    public static async Task<Person[]> Friends(ApiHost api, int count)
    {
        Person[] people = [.. await Task.WhenAll(Enumerable.Range(0, count).Select(_ => api.NewPerson()))];
        await api.HeardFromIdentity();
        foreach (Person other in people.Skip(1))
        {
            await api.BeFriends(people[0], other);
        }

        await api.Followed("messaging_1", "MessagingPeople1", await api.Database.Scalar<long>("select position from log.wya_log_head"));
        await api.Followed("messaging_1", "MessagingGraph1", await api.Databases["graph"].Scalar<long>("select position from log.wya_log_head"));
        return people;
    }

    /// <summary>A group in a slot that is wanted: its id is made from who creates it and their key.</summary>
    public static async Task<Guid> Group(ApiHost api, Func<int, bool> slot, params Person[] people)
    {
        LogDatabase messaging = api.Services.GetRequiredService<MessagingLogs>().First.Database;
        string key = Enumerable.Range(0, int.MaxValue).Select(i => $"wanted-{i}").First(one => slot(Slots.Of(messaging.KeyedId($"group:{people[0].Id}:{one}"))));
        Answer made = await people[0].Client.Send("POST", "/conversations", new { kind = "group", user_ids = people.Skip(1).Select(person => person.Id) }, key);
        Assert.True(made.Status == 201, made.ToString());
        return made.Json.GetProperty("conversation_id").GetGuid();
    }

    public static Task<Answer> Say(Person person, Guid conversation, string text, Guid? id = null) =>
        person.Client.Send("PUT", $"/conversations/{conversation}/messages/{id ?? Guid.NewGuid()}", new { text });

    public static async Task<string[]> Texts(Person reader, Guid conversation)
    {
        List<string> texts = [];
        for (string after = "?after=0&limit=100"; ;)
        {
            Answer page = await reader.Client.Send("GET", $"/conversations/{conversation}/messages{after}");
            Assert.True(page.Status == 200, page.ToString());
            texts.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!));
            if (!page.Json.TryGetProperty("after", out JsonElement next))
            {
                return [.. texts];
            }

            after = $"?after={next.GetInt64()}&limit=100";
        }
    }

    /// <summary>Every message of a conversation, by the log that it was first recorded in.</summary>
    public static async Task<long[]> Recorded(ApiHost api, Guid conversation)
    {
        List<long> counts = [];
        foreach (string log in new[] { "messaging", "messaging_1" })
        {
            counts.Add(await api.Databases[log].Scalar<long>(
                $"select count(*) from log.mt_events where stream_id = '{conversation}' and headers -> 'copied_from' is null"));
        }

        return [.. counts];
    }

    public static async Task<bool> Refuses(TestDatabase database, string sql)
    {
        try
        {
            await database.Execute(sql);
            return false;
        }
        catch (PostgresException refused) when (refused.SqlState is PostgresErrorCodes.ObjectNotInPrerequisiteState or PostgresErrorCodes.InsufficientPrivilege)
        {
            return true;
        }
    }
}
