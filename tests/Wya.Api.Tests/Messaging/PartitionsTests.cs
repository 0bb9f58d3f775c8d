using System.Collections.Concurrent;
using System.Text.Json;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Messaging;

/// <summary>Conversations shared among several logs, and moved between them: nobody who talks notices.</summary>
public sealed class PartitionsTests(Partitions shared) : IClassFixture<Partitions>
{
    [Fact]
    [Trait("seed", "H4")]
    public async Task Messages_are_partitioned_by_conversation_and_each_partition_has_an_order_of_its_own()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Partitions.Friends(api, 2);
        Person mara = people[0];
        Guid here = await Partitions.Group(api, Partitions.IsHere, people), there = await Partitions.Group(api, Partitions.IsThere, people);
        for (int i = 0; i < 3; i++)
        {
            (await Partitions.Say(mara, here, $"here {i}")).Position!.ShouldMatch("^messaging:[0-9]+$");
            (await Partitions.Say(mara, there, $"there {i}")).Position!.ShouldMatch("^messaging:0\\.[0-9]+$");
        }

        (await Partitions.Recorded(api, here)).ShouldBe([4L, 0]);
        (await Partitions.Recorded(api, there)).ShouldBe([0L, 4]);
        foreach (string log in new[] { "messaging", "messaging_1" })
        {
            (await api.Databases[log].Scalar<bool>("select count(*) = max(seq_id) and max(seq_id) = (select position from log.wya_log_head) from log.mt_events")).ShouldBeTrue();
        }

        // The slot of a conversation is the same for ever, here and in the databases.
        (string Id, int Slot)[] golden =
            [("00000000-0000-0000-0000-000000000000", 55), ("0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42", 158), (here.ToString(), Slots.Of(here))];
        foreach ((string id, int slot) in golden)
        {
            Slots.Of(Guid.Parse(id)).ShouldBe(slot);
            (await api.Databases["messaging"].Scalar<int>($"select log.wya_slot('{id}')::int")).ShouldBe(slot);
        }

        // Neither log takes what the other holds.
        string[] texts = await Partitions.Texts(mara, there);
        texts.ShouldBe(["there 0", "there 1", "there 2"]);
        (await Partitions.Refuses(api.Databases["messaging"], $"select log.wya_fence(array['{there}']::uuid[])")).ShouldBeTrue();
    }

    [Fact]
    public async Task Lists_searches_positions_and_the_live_feed_are_one_over_all_partitions()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Partitions.Friends(api, 3);
        (Person mara, Person noor, Person kim) = (people[0], people[1], people[2]);
        Guid here = await Partitions.Group(api, Partitions.IsHere, mara, noor), there = await Partitions.Group(api, Partitions.IsThere, mara, kim);
        await using LiveClient live = await LiveClient.Stream(mara.Client);
        string begun = live.Frames[0].Place!;
        begun.Split('.').Length.ShouldBe(2);

        for (int i = 0; i < 4; i++)
        {
            await Partitions.Say(noor, here, $"lantern {2 * i}");
            await Partitions.Say(kim, there, $"lantern {(2 * i) + 1}");
        }

        Answer last = await Partitions.Say(mara, there, "lantern 8");
        await live.Hears(frame => frame.Type == "message.sent" && frame.MessageText == "lantern 8", "the last message");

        // Of each conversation in its order, and gone on from anywhere: nothing is missed, nothing comes twice.
        Heard[] heard = [.. live.Events.Where(frame => frame.Type == "message.sent")];
        heard.Select(frame => frame.MessageText).Order().ShouldBe(Enumerable.Range(0, 9).Select(i => $"lantern {i}"));
        heard.ShouldAllBe(frame => Described.Fits(frame));
        await using LiveClient again = await LiveClient.Stream(mara.Client, heard[3].Place);
        await Eventually.Is(() => again.Events.Count(frame => frame.Type == "message.sent") >= 5, "the rest");
        again.Events.Select(frame => frame.MessageText).Order().ShouldBe(heard.Skip(4).Select(frame => frame.MessageText).Order());

        // A page at a time, newest activity first.
        Answer first = await mara.Client.Send("GET", "/conversations?limit=1", position: last.Position);
        first.Position!.Split('.').Length.ShouldBe(2);
        Answer second = await mara.Client.Send("GET", $"/conversations?limit=1&cursor={first.String("next")}");
        first.Json.GetProperty("items")[0].GetProperty("conversation_id").GetGuid().ShouldBe(there);
        second.Json.GetProperty("items")[0].GetProperty("conversation_id").GetGuid().ShouldBe(here);
        second.Json.TryGetProperty("next", out _).ShouldBeFalse();

        List<string> found = [];
        for (string cursor = ""; ;)
        {
            Answer page = await mara.Client.Send("GET", $"/messages?q=lantern&limit=2{cursor}", position: last.Position);
            page.Status.ShouldBe(200, page.Text);
            found.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("text").GetString()!));
            if (page.String("next") is not { } next)
            {
                break;
            }

            cursor = $"&cursor={next}";
        }

        found.ShouldBe(Enumerable.Range(0, 9).Select(i => $"lantern {8 - i}"));
        (await mara.Client.Send("GET", "/conversations", position: "messaging:0.999999")).Problem.ShouldBe("position-in-the-future");
        (await mara.Client.Send("GET", "/conversations", position: "messaging:1.2.3")).Problem.ShouldBe("position-malformed");
        (await mara.Client.Send("GET", $"/conversations/{here}", position: last.Position)).Status.ShouldBe(200);

        // A group is made once, whichever log holds it.
        string key = Requests.NewKey();
        object group = new { kind = "group", user_ids = new[] { noor.Id, kim.Id }, title = "All" };
        Answer made = await mara.Client.Send("POST", "/conversations", group, key);
        Answer repeated = await mara.Client.Send("POST", "/conversations", group, key);
        (made.Status, repeated.Text).ShouldBe((201, made.Text));

        Answer export = await mara.Client.Send("GET", "/me/export");
        JsonElement held = export.Json.GetProperty("domains").GetProperty("messaging");
        held.GetProperty("events").EnumerateArray().Count(fact => fact.GetProperty("type").GetString() == "message.sent").ShouldBe(1);
        held.GetProperty("participants").GetArrayLength().ShouldBe(3); // two groups, and the one that was made twice
        held.GetProperty("users").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_conversation_moves_while_people_write_and_nothing_is_lost_doubled_or_out_of_order()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Partitions.Friends(api, 2);
        (Person mara, Person noor) = (people[0], people[1]);
        Guid conversation = await Partitions.Group(api, Partitions.IsHere, people);
        int slot = Slots.Of(conversation);
        await using LiveClient live = await LiveClient.Stream(noor.Client);
        var early = Guid.NewGuid();
        Answer acknowledged = await Partitions.Say(mara, conversation, "early", early);

        using var stop = new CancellationTokenSource();
        ConcurrentQueue<string> said = new(["early"]);
        Task writing = Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i++)
            {
                Answer sent = await Partitions.Say(mara, conversation, $"word {i}");
                sent.Status.ShouldBe(201, sent.Text);
                said.Enqueue($"word {i}");
            }
        });
        await Eventually.Is(() => said.Count > 20, "some words are said");

        // Killed between the target's transaction and the source's note of it, and taken up by another.
        SlotMove killed = Partitions.Move(api);
        await api.Databases["messaging"].Execute("alter function log.wya_arrived(uuid[]) rename to wya_arrived_away");
        await Should.ThrowAsync<Npgsql.PostgresException>(() => killed.Move(slot));
        await api.Databases["messaging"].Execute("alter function log.wya_arrived_away(uuid[]) rename to wya_arrived");
        await Partitions.Move(api).Move(slot);
        int before = said.Count;
        await Eventually.Is(() => said.Count > before + 20, "more words are said");
        await stop.CancelAsync();
        await writing;

        (await Partitions.Texts(noor, conversation)).ShouldBe(said);
        long[] recorded = await Partitions.Recorded(api, conversation);
        recorded.Sum().ShouldBe(said.Count + 1);
        recorded.ShouldAllBe(count => count > 20);
        (await api.Databases["messaging_1"].Scalar<bool>(
            $"select count(*) = max(version) and max(version) = {said.Count + 1} from log.mt_events where stream_id = '{conversation}'")).ShouldBeTrue();

        // Sent again after the move, it is the same message.
        Answer again = await Partitions.Say(mara, conversation, "early", early);
        again.Text.ShouldBe(acknowledged.Text);
        (await Partitions.Say(mara, conversation, "late", early)).Problem.ShouldBe("message-id-reused");

        await live.Hears(frame => frame.Type == "message.sent" && frame.MessageText == said.Last(), "the last word");
        live.Events.Where(frame => frame.Type == "message.sent").Select(frame => frame.MessageText).ShouldBe(said);
        JsonElement[] listed = [.. (await noor.Client.Send("GET", "/conversations")).Json.GetProperty("items").EnumerateArray()];
        listed.Single().GetProperty("last_message").GetProperty("text").GetString().ShouldBe(said.Last());
        await Eventually.Is(
            async () => (await noor.Client.Send("GET", "/messages?q=early")).Json.GetProperty("items").GetArrayLength() == 1, "it is found in its new log");

        // A flood is noticed over both logs, and nothing that was said is counted twice.
        (await api.Databases["safety"].Scalar<long>($"select coalesce(sum(sent), 0)::bigint from message_windows where conversation_id = '{conversation}'"))
            .ShouldBeLessThanOrEqualTo(said.Count);
    }

    [Fact]
    public async Task Who_is_erased_is_erased_in_every_partition()
    {
        ApiHost api = await shared.Host();
        Person[] people = await Partitions.Friends(api, 2);
        (Person mara, Person kim) = (people[0], people[1]);
        Guid here = await Partitions.Group(api, Partitions.IsHere, people), there = await Partitions.Group(api, Partitions.IsThere, people);
        Answer first = await Partitions.Say(mara, here, "saffron here"), last = await Partitions.Say(mara, there, "saffron there");
        await kim.Client.Send("GET", "/messages?q=saffron", position: first.Position); // each is of one partition
        (await kim.Client.Send("GET", "/messages?q=saffron", position: last.Position)).Json.GetProperty("items").GetArrayLength().ShouldBe(2);

        (await mara.Client.Send("DELETE", "/me")).Status.ShouldBe(202);

        await Eventually.Is(
            async () => (await kim.Client.Send("GET", $"/conversations/{there}/messages")).Json.GetProperty("items")[0].TryGetProperty("text", out _) == false,
            "her words are gone");
        foreach (string log in new[] { "messaging", "messaging_1" })
        {
            await Eventually.Is(
                async () => await api.Databases[log].Scalar<long>($"select count(*) from message_search where author_id = '{mara.Id}'") == 0
                    && await api.Databases[log].Scalar<string>($"select status from users where id = '{mara.Id}'") == "erased",
                $"{log} has forgotten her");
        }
    }
}
