using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Xunit;

namespace Wya.Api.Tests.Safety;

public sealed class SubmitReportTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "7.5")]
    [Trait("seed", "A7")]
    public async Task A_message_is_reported_with_what_stands_around_it_and_nobody_is_named()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        (Person mara, Person noor, Person kim) = (people[0], people[1], people[2]);
        Guid group = await mara.StartGroup(noor, kim);
        for (int i = 0; i < 7; i++)
        {
            await kim.Says(group, $"before {i}");
        }

        Guid message = await noor.Says(group, "Something nasty about a lantern.");
        await mara.Says(group, "Stop it.");

        Answer received = await mara.Reports(ReportScenes.OfMessage(group, message), "threats", "They would not stop.");

        received.Status.ShouldBe(201, received.Text);
        received.String("status").ShouldBe("received");
        received.Message.Headers.Location!.ToString().ShouldBe($"/me/reports/{received.ReportId()}");
        ReportSubmitted report = (await api.ReportsOf(noor)).ShouldHaveSingleItem();
        (report.ReportId, report.Category, report.Priority).ShouldBe((received.ReportId(), Category.Threats, CasePriority.Immediate));
        report.By.ValueOr(null!).ShouldBe(new ReporterStatement(new UserId(mara.Id), "They would not stop."));
        Evidence evidence = report.Evidence!.ValueOr(null!);
        evidence.Items.Select(item => (item.Author, item.Text, item.IsReported)).ShouldBe(
        [
            .. Enumerable.Range(2, 5).Select(i => ("other", $"before {i}", false)),
            ("reported", "Something nasty about a lantern.", true),
            ("reporter", "Stop it.", false),
        ]);
        evidence.Subject.ShouldBe(new EvidenceSubject(group, message));

        // Safety's database names the reporter by a pseudonym, and says nothing of what was written.
        string kept = await Everything(api);
        kept.ShouldNotContain($"{mara.Id}");
        kept.ShouldNotContain("lantern.");
        kept.ShouldNotContain("would not stop");
        kept.ShouldContain($"{api.ReporterRef(mara)}");
    }

    [Fact]
    public async Task The_same_request_and_the_same_report_give_the_same_receipt()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        string key = Requests.NewKey();
        Answer first = await people[0].Reports(ReportScenes.Of(people[1]), key: key);
        Answer again = await people[0].Reports(ReportScenes.Of(people[1]), key: key);
        Answer anew = await people[0].Reports(ReportScenes.Of(people[1]), "spam");
        Answer other = await people[0].Reports(ReportScenes.Of(people[2]), key: key);

        first.Status.ShouldBe(201, first.Text);
        again.Told().ShouldBe(first.Told());
        anew.Told().ShouldBe(first.Told());
        other.Code().ShouldBe("422 idempotency-key-reused");
        (await api.ReportsOf(people[1])).Length.ShouldBe(1);
        Answer theirs = await people[2].Reports(ReportScenes.Of(people[1]), key: key);
        theirs.ReportId().ShouldNotBe(first.ReportId(), "a key is its sender's");
        ReportSubmitted second = (await api.ReportsOf(people[1]))[1];
        second.SameAs.ShouldBe(first.ReportId());
        second.Evidence.ShouldBeNull();
    }

    [Fact]
    public async Task A_block_hides_nobody_from_a_report()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        await api.BeFriends(people[0], people[1]);
        Guid talk = await people[0].StartDirect(people[1]);
        Guid message = await people[1].Says(talk, "You are worthless.");
        await people[1].Client.Send("PUT", $"/me/blocks/{people[0].Id}");

        (await people[0].Client.Send("GET", $"/conversations/{talk}/messages/{message}")).Status.ShouldBe(404);
        (await people[0].Reports(ReportScenes.OfMessage(talk, message))).Status.ShouldBe(201);
        (await api.EvidenceOf(people[1])).Items.ShouldHaveSingleItem().Text.ShouldBe("You are worthless.");
        (await people[0].Reports(new { kind = "conversation", conversation_id = talk })).Status.ShouldBe(201);
        (await people[0].Client.Send("GET", $"/users/{people[1].Id}")).Status.ShouldBe(404);
        (await people[0].Reports(ReportScenes.Of(people[1]))).Status.ShouldBe(201);
        (await api.EvidenceOf(people[1])).Items.ShouldHaveSingleItem().Text.ShouldBe($"@{people[1].Handle}");
    }

    [Fact]
    public async Task What_somebody_may_not_see_is_not_there_to_be_reported()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(4);
        Person child = await api.NewPerson(15);
        await api.HeardFromIdentity();
        Guid talk = await people[0].StartGroup(people[1]);
        Guid before = await people[1].Says(talk);
        await people[0].Client.Send("PUT", $"/conversations/{talk}/participants/{people[2].Id}");
        Guid seen = await people[1].Says(talk);
        await people[2].Client.Send("DELETE", $"/conversations/{talk}/participants/{people[2].Id}");
        Guid after = await people[1].Says(talk);

        (await people[2].Reports(ReportScenes.OfMessage(talk, seen))).Status.ShouldBe(201, "they were there");
        (await people[2].Reports(ReportScenes.OfMessage(talk, before))).Code().ShouldBe("404 message-not-found");
        (await people[2].Reports(ReportScenes.OfMessage(talk, after))).Code().ShouldBe("404 message-not-found");
        (await people[3].Reports(ReportScenes.OfMessage(talk, seen))).Code().ShouldBe("404 conversation-not-found");
        (await people[3].Reports(new { kind = "conversation", conversation_id = talk })).Code().ShouldBe("404 conversation-not-found");
        (await people[0].Reports(ReportScenes.OfMessage(talk, Guid.NewGuid()))).Code().ShouldBe("404 message-not-found");
        (await people[0].Reports(ReportScenes.Of(child))).Code().ShouldBe("404 user-not-found");
        (await people[0].Reports(new { kind = "location_behaviour", user_id = child.Id })).Code().ShouldBe("404 user-not-found");
        (await people[0].Reports(new { kind = "person", user_id = Guid.NewGuid() })).Code().ShouldBe("404 user-not-found");
        (await people[0].Reports(new { kind = "room", room_id = await child.FirstRoomId() })).Code().ShouldBe("404 room-not-found");
        (await api.CaseOf(child)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"subject":{"kind":"person"},"category":"spam"}""", 400, "malformed-request")]
    [InlineData("""{"subject":{"kind":"message","message_id":"0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42"},"category":"spam"}""", 400, "malformed-request")]
    [InlineData("""{"subject":{"kind":"room","room_id":"0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42","version":0},"category":"spam"}""", 400, "malformed-request")]
    [InlineData("""{"subject":{"kind":"person","user_id":"0192f2c1-8d11-7f3a-8f0e-2b7d5c9a6e42"},"category":"dull"}""", 400, "malformed-request")]
    [InlineData("""{"subject":{"kind":"person","user_id":"{me}"},"category":"spam"}""", 422, "report-of-oneself")]
    [InlineData("""{"subject":{"kind":"person","user_id":"{other}"},"category":"spam","words":" "}""", 422, "report-words-invalid")]
    public async Task What_is_no_report_is_turned_down(string body, int status, string problem)
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        Answer refused = await people[0].Client.Send(
            "POST",
            "/reports",
            body.Replace("{me}", $"{people[0].Id}", StringComparison.Ordinal).Replace("{other}", $"{people[1].Id}", StringComparison.Ordinal),
            Requests.NewKey());
        refused.Code().ShouldBe($"{status} {problem}");
        (await api.CaseOf(people[1])).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_group_is_reported_for_one_of_its_people_and_a_room_with_its_words()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        Guid group = await people[0].StartGroup(people[1], people[2]);
        await people[2].Says(group, "Only a joke.");
        (await people[1].Reports(new { kind = "conversation", conversation_id = group, user_id = people[2].Id })).Status.ShouldBe(201);
        (await api.EvidenceOf(people[2])).Items.ShouldHaveSingleItem().ShouldSatisfyAllConditions(
            item => item.Author.ShouldBe("reported"), item => item.Text.ShouldBe("Only a joke."));
        (await people[1].Reports(new { kind = "conversation", conversation_id = group })).Status.ShouldBe(201, "of whoever made it");
        (await api.ReportsOf(people[0])).Length.ShouldBe(1);
        (await people[1].Reports(new { kind = "conversation", conversation_id = group, user_id = Guid.NewGuid() })).Code().ShouldBe("404 user-not-found");

        Guid room = await people[0].FirstRoomId();
        (await people[1].Reports(new { kind = "room", room_id = room })).Code().ShouldBe("404 room-version-not-found");
        int version = await Rooms.RoomScenes.Publishes(people[0], room, Rooms.RoomScenes.Furnished("An unkind word."));
        (await people[1].Reports(new { kind = "room", room_id = room, version })).Status.ShouldBe(201);
        Evidence evidence = await api.EvidenceOf(people[0]);
        evidence.Subject.ShouldBe(new EvidenceSubject(RoomId: room, Version: version));
        evidence.Items.Select(item => item.Text).ShouldBe(["text-block: An unkind word.", "guestbook: ", "poll: Which? · One · Two · Three"]);
    }

    [Fact]
    public async Task Whoever_is_suspended_may_report_and_whoever_is_banned_may_not()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(2);
        await api.Suspend(people[0].Id);
        (await people[0].Reports(ReportScenes.Of(people[1]))).Status.ShouldBe(201);
        await api.Ban(people[0].Id);
        (await people[0].Reports(ReportScenes.Of(people[1]))).Code().ShouldBe("403 account-banned");
    }

    [Fact]
    [Trait("seed", "7.3")]
    public async Task Whoever_reported_sees_what_became_of_it_and_nobody_else_does()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(3);
        (Person mara, Person noor, Person moderator) = (people[0], people[1], people[2]);
        Guid id = (await mara.Reports(ReportScenes.Of(noor), words: "They follow me.")).ReportId();

        Answer received = await mara.Client.Send("GET", $"/me/reports/{id}");
        received.String("status").ShouldBe("received");
        received.String("words").ShouldBe("They follow me.");
        await api.Decides(noor, new CaseClaimed(new UserId(noor.Id), api.ModeratorRef(moderator), DateTimeOffset.UtcNow.AddMinutes(30)));
        (await mara.Client.Send("GET", $"/me/reports/{id}")).String("status").ShouldBe("in_review");
        await api.Decides(noor, new ReportResolved(
            id, ReportOutcome.Upheld, api.ReporterRef(mara), api.SealedByReporter(mara, mara.Id), api.SealedByReporter(mara, "Thank you: we have acted.")));
        Answer decided = await mara.Client.Send("GET", $"/me/reports/{id}");
        (decided.String("status"), decided.String("outcome"), decided.String("explanation")).ShouldBe(("decided", "upheld", "Thank you: we have acted."));
        decided.Text.ShouldNotContain($"{api.ModeratorRef(moderator)}");
        decided.Text.ShouldNotContain($"{noor.Id}");

        (await noor.Client.Send("GET", $"/me/reports/{id}")).Code().ShouldBe("404 report-not-found");
        (await noor.Client.Send("GET", "/me/reports")).Json.GetProperty("items").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Reports_come_in_pages_newest_first()
    {
        ApiHost api = await shared.Host();
        Person[] people = await api.NewPeople(5);
        List<Guid> made = [];
        foreach (Person other in people[1..])
        {
            made.Add((await people[0].Reports(ReportScenes.Of(other))).ReportId());
        }

        List<Guid> seen = [];
        string? cursor = null;
        do
        {
            Answer page = await people[0].Client.Send("GET", $"/me/reports?limit=3{(cursor is null ? "" : $"&cursor={cursor}")}");
            seen.AddRange(page.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("report_id").GetGuid()));
            cursor = page.String("next");
        }
        while (cursor is not null);
        seen.ShouldBe(made.AsEnumerable().Reverse());
        (await people[0].Client.Send("GET", "/me/reports?cursor=nonsense")).Code().ShouldBe("400 cursor-malformed");
    }

    [Fact]
    public async Task One_person_reports_so_often_an_hour()
    {
        Assert.SkipWhen(Testing.TestPostgres.MaySkip, $"{Testing.TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Limits:ReportsPerHour"] = "2");
        Person[] people = await api.NewPeople(2);
        for (int i = 0; i < 2; i++)
        {
            (await people[0].Reports(ReportScenes.Of(people[1]))).Status.ShouldBe(201);
        }

        Answer limited = await people[0].Reports(ReportScenes.Of(people[1]));
        limited.Code().ShouldBe("429 too-many-requests");
        (await people[1].Reports(ReportScenes.Of(people[0]))).Status.ShouldBe(201);
    }

    private static Task<string> Everything(ApiHost api) => api.Databases["safety"].Scalar<string>(
        """
        select (select string_agg(e::text, '') from log.mt_events e) || (select string_agg(r::text, '') from reports r)
            || (select coalesce(string_agg(c::text, ''), '') from cases c)
        """);
}
