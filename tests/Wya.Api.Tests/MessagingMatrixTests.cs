using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>
/// Who may do what with a conversation: each situation is a row, each deed a column, and every cell is tried. Where the
/// conversation is hidden, the answer is byte for byte that of one that never was.
/// </summary>
public sealed class MessagingMatrixTests(SharedApi shared)
{
    private const string None = "404 conversation-not-found";

    /// <summary>In the order of <see cref="MessagingMatrix.Columns"/>; one value for all, or each.</summary>
    private static readonly Dictionary<string, string[]> Expected = new()
    {
        //          list      page   one    history search    typing live   read   react  edit   send   delete
        ["well"] = ["shown", "200", "200", "200", "shown", "204", "200", "204", "204", "200", "201", "204"],
        ["hidden"] = ["hidden", None, None, None, "hidden", None, "200", None, None, None, None, None],
        ["without them"] =
            ["shown", "200", "404 message-not-found", "404 message-not-found", "shown", "204", "200", "204", "404 message-not-found", "200", "201", "204"],
        ["muted out"] = ["hidden", None, None, None, "hidden", "403 muted", "200", None, "403 muted", "403 muted", "403 muted", None],
        ["muted"] = Silent("403 muted"),
        ["no chat.private"] = Silent("403 capability-missing"),
        ["no chat.group"] = Silent("403 capability-missing"),
        ["no friends"] = Silent("403 friends-only"),
        ["archived"] = Silent("409 conversation-archived"),
        ["recipient gone"] = Silent("409 recipient-gone"),
        ["request waits"] = Silent("409 request-waiting"),
        ["suspended"] = [.. Enumerable.Repeat("403 account-suspended", 12)],
        ["banned"] = [.. Enumerable.Repeat("403 account-banned", 12)],
        ["resting"] = [.. Enumerable.Repeat("403 account-resting", 12)],
        ["erased"] = [.. Enumerable.Repeat("401 unauthenticated", 12)],
    };

    private sealed record Scene(ApiHost Api, Person Self, Person Other, Person Third, Guid Conversation);

    /// <summary>What has happened, before whom, and which row is expected in a direct conversation and in a group; nothing where there is none such.</summary>
    private static readonly (string Situation, string Layer, string Direct, string Group)[] Situations =
    [
        ("nothing", "adult", "well", "well"),
        ("nothing", "transitional", "well", "well"),
        ("nothing", "minor", "well", "well"),
        ("was never in it", "adult", "hidden", "hidden"),
        ("left", "adult", "", "hidden"),
        ("was removed", "adult", "", "hidden"),
        ("minor to transitional", "minor", "hidden", "hidden"),
        ("minor to adult", "minor", "hidden", "hidden"),
        ("transitional to adult", "transitional", "hidden", "hidden"),
        ("the other: minor to transitional", "minor", "hidden", "without them"),
        ("the other: transitional to adult", "transitional", "hidden", "without them"),
        ("both: transitional to adult", "transitional", "well", "hidden"),
        ("is blocked", "adult", "hidden", "without them"),
        ("blocks", "adult", "hidden", "without them"),
        ("blocked and unblocked", "adult", "well", "well"),
        ("is muted", "adult", "muted", "muted"),
        ("is muted and blocked", "adult", "muted out", ""),
        ("suspended", "adult", "suspended", "suspended"),
        ("banned", "adult", "banned", "banned"),
        ("resting", "adult", "resting", "resting"),
        ("erased", "adult", "erased", "erased"),
        ("the other: erased", "adult", "recipient gone", ""),
        ("no chat.private", "adult", "no chat.private", "well"),
        ("no chat.group", "adult", "well", "no chat.group"),
        ("friends no more", "minor", "no friends", "well"),
        ("friends no more", "adult", "well", "well"),
        ("archived", "adult", "", "archived"),
        ("request waits", "adult", "request waits", ""),
        ("request declined", "adult", "request waits", ""),
        ("request accepted", "adult", "well", ""),
    ];

    public static TheoryData<string, string, string> InDirect =>
        [.. Situations.Where(one => one.Direct.Length > 0).Select(one => (one.Situation, one.Layer, one.Direct))];

    public static TheoryData<string, string, string> InGroups =>
        [.. Situations.Where(one => one.Group.Length > 0).Select(one => (one.Situation, one.Layer, one.Group))];

    [Theory]
    [MemberData(nameof(InDirect))]
    [Trait("seed", "A5")]
    [Trait("seed", "1.2")]
    public async Task In_a_direct_conversation(string situation, string layer, string expected)
    {
        ApiHost api = await shared.Host();
        Person[] people = await Enter(api, layer);
        bool isRequest = situation.StartsWith("request", StringComparison.Ordinal);
        if (!isRequest)
        {
            await api.BeFriends(people[0], people[1]);
        }

        Guid conversation = await people[0].StartDirect(people[1]);
        await Try(new Scene(api, people[0], people[1], people[2], conversation), situation, isRequest, expected);
    }

    [Theory]
    [MemberData(nameof(InGroups))]
    [Trait("seed", "A5")]
    [Trait("seed", "1.2")]
    public async Task In_a_group(string situation, string layer, string expected)
    {
        ApiHost api = await shared.Host();
        Person[] people = await Enter(api, layer);
        await api.BeFriends(people[0], people[1]);
        Guid conversation = await (situation == "archived" ? people[0].StartGroup(people[1]) : people[1].StartGroup(people[0]));
        await Try(new Scene(api, people[0], people[1], people[2], conversation), situation, isRequest: false, expected);
    }

    [Fact]
    [Trait("seed", "A5")]
    public async Task Who_declined_is_not_told_on()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        var matrix = new MessagingMatrix(api);
        List<Dictionary<string, (string Code, string Told)>> rows = [];
        foreach (Person asked in people[1..])
        {
            Guid conversation = await people[0].StartDirect(asked);
            Guid message = await people[0].Says(conversation, "lantern");
            if (rows.Count == 1)
            {
                (await asked.Client.Send("PUT", $"/conversations/{conversation}/request", new { accept = false })).Status.ShouldBe(204);
            }

            rows.Add(await matrix.Row(people[0], conversation, message, message));
        }

        rows[1].ShouldBe(rows[0]);
    }

    private static string[] Silent(string why) => ["shown", "200", "200", "200", "shown", why, "200", "204", why, why, why, "204"];

    private static async Task<Person[]> Enter(ApiHost api, string layer)
    {
        Person[] people = await api.NewPeople(3, layer switch { "minor" => 15, "transitional" => 19, _ => 30 });
        if (layer == "minor")
        {
            foreach (Person person in people)
            {
                await api.Grant(person, "chat.group");
            }
        }

        return people;
    }

    private static async Task Try(Scene scene, string situation, bool isRequest, string expected)
    {
        Guid own = await scene.Self.Says(scene.Conversation, "lantern");
        Guid others = isRequest ? own : await scene.Other.Says(scene.Conversation, "lantern");
        await Happens(situation, scene);
        Person self = situation == "was never in it" ? scene.Third : scene.Self;
        var matrix = new MessagingMatrix(scene.Api);
        Dictionary<string, (string Code, string Told)> never = await matrix.Row(self, Guid.CreateVersion7(), own, others);
        Dictionary<string, (string Code, string Told)> row = await matrix.Row(self, scene.Conversation, own, others);

        string[] columns = [.. row.Keys];
        columns.ShouldContain("send");
        columns.Select(column => $"{column}: {row[column].Code}").ShouldBe(
            columns.Select(column => $"{column}: {Expected[expected][MessagingMatrix.Columns.Index().First(at => at.Item == column).Index]}"), situation);
        foreach (string column in columns.Where(column => row[column].Code == None))
        {
            row[column].ShouldBe(never[column], $"{situation}: {column}");
        }
    }

    private static async Task Happens(string situation, Scene scene)
    {
        (ApiHost api, Person self, Person other, _, Guid conversation) = scene;
        switch (situation)
        {
            case "left":
                (await self.Client.Send("DELETE", $"/conversations/{conversation}/participants/{self.Id}")).Status.ShouldBe(204);
                break;
            case "was removed":
                (await other.Client.Send("DELETE", $"/conversations/{conversation}/participants/{self.Id}")).Status.ShouldBe(204);
                break;
            case "minor to transitional":
                await api.Grows(self, AgeLayer.Minor, AgeLayer.Transitional);
                break;
            case "minor to adult":
                await api.Grows(self, AgeLayer.Minor, AgeLayer.Adult);
                break;
            case "transitional to adult":
                await api.Grows(self, AgeLayer.Transitional, AgeLayer.Adult);
                break;
            case "the other: minor to transitional":
                await api.Grows(other, AgeLayer.Minor, AgeLayer.Transitional);
                break;
            case "the other: transitional to adult":
                await api.Grows(other, AgeLayer.Transitional, AgeLayer.Adult);
                break;
            case "both: transitional to adult":
                await api.Grows(self, AgeLayer.Transitional, AgeLayer.Adult);
                await api.Grows(other, AgeLayer.Transitional, AgeLayer.Adult);
                break;
            case "is blocked":
                await api.Block(other, self);
                break;
            case "blocks":
                await api.Block(self, other);
                break;
            case "blocked and unblocked":
                await api.Block(other, self);
                await api.Unblock(other, self);
                break;
            case "is muted":
                await api.Mute(self.Id);
                break;
            case "is muted and blocked":
                await api.Mute(self.Id);
                await api.Block(other, self);
                break;
            case "suspended":
                await api.Suspend(self.Id);
                break;
            case "banned":
                await api.Ban(self.Id);
                break;
            case "resting":
                await api.HappensTo(self, new ErasureRequested(DateTimeOffset.UtcNow.AddDays(30)));
                break;
            case "erased":
                await api.HappensTo(self, new UserErased());
                break;
            case "the other: erased":
                await api.HappensTo(other, new UserErased());
                break;
            case "no chat.private" or "no chat.group":
                await api.Restrict(self.Id, situation[3..]);
                break;
            case "friends no more":
                await api.EndFriendship(self, other);
                break;
            case "archived":
                (await self.Client.Send("PUT", $"/conversations/{conversation}/archive")).Status.ShouldBe(204);
                break;
            case "request declined" or "request accepted":
                (await other.Client.Send("PUT", $"/conversations/{conversation}/request", new { accept = situation == "request accepted" })).Status.ShouldBe(204);
                break;
        }
    }
}
