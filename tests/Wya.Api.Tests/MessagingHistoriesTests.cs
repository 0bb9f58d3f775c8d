using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Birthdays, blocks and friendships in any order, and somebody who tries to talk after each of them.</summary>
public sealed class MessagingHistoriesTests(SharedApi shared)
{
    private const int People = 4;
    private const int Steps = 40;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Trait("seed", "A5")]
    [Trait("seed", "1.2")]
    public async Task Nothing_is_written_or_read_across_layers_or_blocks(int seed)
    {
        ApiHost api = await shared.Host();
        var random = new Random(seed);
        Person[] people = await api.NewPeople(People, age: 19);
        bool[] isAdult = new bool[People];
        bool[,] blocks = new bool[People, People];
        bool[,] friends = new bool[People, People];
        Dictionary<(int, int), (Guid Conversation, Guid Message)> talks = [];
        for (int i = 0; i < People; i++)
        {
            for (int j = i + 1; j < People; j++)
            {
                await api.BeFriends(people[i], people[j]);
                friends[i, j] = friends[j, i] = true;
                Guid conversation = await people[i].StartDirect(people[j]);
                talks[(i, j)] = (conversation, await people[i].Says(conversation));
            }
        }

        for (int step = 0; step < Steps; step++)
        {
            int one = random.Next(People), other = (one + random.Next(1, People)) % People;
            string done = "nothing";
            switch (random.Next(8))
            {
                case 0 when !isAdult[one]:
                    await api.Grows(people[one], AgeLayer.Transitional, AgeLayer.Adult);
                    isAdult[one] = true;
                    done = $"{one} grows";
                    break;
                case 1 when !blocks[one, other]:
                    await api.Block(people[one], people[other]);
                    blocks[one, other] = true;
                    friends[one, other] = friends[other, one] = false;
                    done = $"{one} blocks {other}";
                    break;
                case 2 or 3 when blocks[one, other]:
                    await api.Unblock(people[one], people[other]);
                    blocks[one, other] = false;
                    done = $"{one} unblocks {other}";
                    break;
                case 4 when friends[one, other]:
                    await api.EndFriendship(people[one], people[other]);
                    friends[one, other] = friends[other, one] = false;
                    done = $"{one} and {other} are friends no more";
                    break;
            }

            (int a, int b) = random.Next(2) == 0 ? (one, other) : (other, one);
            (Guid conversation, Guid message) = talks[(Math.Min(a, b), Math.Max(a, b))];
            bool meet = isAdult[a] == isAdult[b] && !blocks[a, b] && !blocks[b, a];
            string at = $"/conversations/{conversation}";
            long before = await api.Messages($"stream_id = '{conversation}'");
            Answer sent = await people[a].Client.Send("PUT", $"{at}/messages/{Guid.NewGuid()}", new { text = "Hello" });
            Answer page = await people[a].Client.Send("GET", $"{at}/messages");
            Answer read = await people[a].Client.Send("PUT", $"{at}/read", new { message_id = message });
            long after = await api.Messages($"stream_id = '{conversation}'");

            string what = $"seed {seed}, step {step}: {done}, then {a} writes to {b}: {sent}";
            sent.Code().ShouldBe(meet ? "201" : "404 conversation-not-found", what);
            read.Code().ShouldBe(meet ? "204" : "404 conversation-not-found", what);
            if (page.Problem is not ("method-not-allowed" or "route-not-found"))
            {
                page.Code().ShouldBe(meet ? "200" : "404 conversation-not-found", what);
            }

            if (!meet)
            {
                after.ShouldBe(before, what);
            }
        }
    }
}
