using Shouldly;
using Wya.Api.Tests.Rooms;
using Xunit;

namespace Wya.Api.Tests.Reversal;

/// <summary>
/// Two people live the same life among the same kinds of friends. Whatever was decided about one of them and reversed, the
/// two worlds are the same afterwards.
/// </summary>
public sealed class ReversalTests(DiscoveryHouse house) : IClassFixture<DiscoveryHouse>
{
    [Fact]
    public async Task After_every_kind_of_decision_and_its_reversal_the_world_is_as_if_nothing_had_been_decided()
    {
        ApiHost api = await house.Host();
        Twin free = await Twin.Begin(api, "a"), judged = await Twin.Begin(api, "b");
        await Same(api, free, judged, "before anything is decided", isAsked: false);
        Guid mara = judged.Mara.Id;
        int round = 0;

        async Task While(Guid[] actions, Func<Twin, Task>? more = null, bool isSeen = true)
        {
            round++;
            foreach (Twin twin in new[] { free, judged })
            {
                await twin.GoOn(round, isSeen);
                await (more?.Invoke(twin) ?? Task.CompletedTask);
            }

            foreach (Guid action in actions)
            {
                await api.Reverse(action);
            }

            foreach (Twin twin in new[] { free, judged })
            {
                await twin.Thrive(round);
            }

            await Same(api, free, judged, $"after round {round}", isAsked: round is 5 or 7);
        }

        await While([await api.Warn(mara)], twin => twin.ReadOn(1));
        await While([await api.Mute(mara)], twin => twin.ReadOn(2));
        await While([await api.Restrict(mara, "chat.group"), await api.Restrict(mara, "discovery.profiles")], twin => twin.ReadOn(3));
        await While([await api.Suspend(mara), await api.Suspend(mara, DateTimeOffset.UtcNow.AddDays(9))]);
        await While([await api.Suspend(mara), await api.Ban(mara), await api.Restrict(mara, "room.create"), await api.Mute(mara)], isSeen: false);
        await While(
            [
                await api.TakeDownMessage(mara, judged.Direct, judged.Messages["harbour"]),
                await api.TakeDownMessage(mara, judged.Direct, judged.Messages["mistake"]),
                await api.TakeDownMessage(mara, judged.Group, judged.Messages["first"]),
                await api.TakeDownMessage(mara, judged.Group, judged.Messages["first"]), // by another decision
                await api.TakeDownVersion(mara, judged.Rooms["mara"], 2),
            ],
            twin => twin.LiveBeside());
        Guid last = await api.TakeDownVersion(mara, judged.Rooms["mara"], 2);
        await While([last], twin => twin.Mara.Publishes(twin.Rooms["mara"], RoomScenes.Furnished("three")));
    }

    [Theory]
    [InlineData(1)]
    public async Task In_whatever_order_decisions_are_taken_and_reversed_nothing_is_left_of_them(int seed)
    {
        ApiHost api = await house.Host();
        Twin free = await Twin.Begin(api, $"c{seed}"), judged = await Twin.Begin(api, $"d{seed}");
        var random = new Random(seed);
        Guid mara = judged.Mara.Id;
        string[] capabilities = ["chat.group", "chat.private", "room.create"];
        Func<Task<Guid>>[] decisions =
        [
            () => api.Warn(mara),
            () => api.Mute(mara, random.Next(2) == 0 ? null : DateTimeOffset.UtcNow.AddDays(1)),
            () => api.Restrict(mara, capabilities[random.Next(3)], random.Next(2) == 0 ? null : DateTimeOffset.UtcNow.AddDays(random.Next(1, 9))),
            () => api.Suspend(mara, DateTimeOffset.UtcNow.AddDays(random.Next(1, 9))),
            () => api.Ban(mara),
            () => api.TakeDownMessage(mara, judged.Direct, judged.Messages["harbour"]),
            () => api.TakeDownMessage(mara, judged.Group, judged.Messages["first"]),
            () => api.TakeDownVersion(mara, judged.Rooms["mara"], random.Next(1, 3)),
        ];
        List<Guid> standing = [];
        for (int i = 0; i < 16; i++)
        {
            if (standing.Count > 0 && random.Next(5) < 2)
            {
                Guid reversed = standing[random.Next(standing.Count)];
                standing.Remove(reversed);
                await api.Reverse(reversed);
            }
            else
            {
                standing.Add(await decisions[random.Next(decisions.Length)]());
            }
        }

        foreach (Guid action in standing.OrderBy(_ => random.Next()).ToArray())
        {
            await api.Reverse(action);
        }

        await Same(api, free, judged, $"seed {seed}");
    }

    /// <param name="isAsked">Answers are compared too, which takes much longer than rows; a difference stays to the next time.</param>
    private async Task Same(ApiHost api, Twin free, Twin judged, string when, bool isAsked = true)
    {
        await Likeness.AllIsHeard(api);
        Likeness one = new(api, free, judged, house), other = new(api, judged, free, house);
        Same(await one.Rows(), await other.Rows(), when);
        if (isAsked)
        {
            Same(await one.Answers(), await other.Answers(), when);
        }
    }

    private static void Same(SortedDictionary<string, string> free, SortedDictionary<string, string> judged, string when)
    {
        judged.Keys.ShouldBe(free.Keys);
        judged.Values.Count(text => text.Length > 0).ShouldBeGreaterThan(20); // there is something to compare
        free.Where(one => one.Value != judged[one.Key]).Select(one => $"{when}, {one.Key}: {Difference(one.Value, judged[one.Key])}").ShouldBeEmpty();
    }

    private static string Difference(string free, string judged)
    {
        int at = free.Zip(judged).TakeWhile(pair => pair.First == pair.Second).Count();
        string Around(string text) => text[Math.Min(text.Length, Math.Max(0, at - 100))..Math.Min(text.Length, at + 100)];
        return $"{Around(free)} | {Around(judged)}";
    }
}
