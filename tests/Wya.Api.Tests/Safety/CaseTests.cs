using System.Text.Json;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Testing;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;
using static Wya.Api.Tests.Safety.CaseScenes;

namespace Wya.Api.Tests.Safety;

public sealed class CaseTests(SharedApi shared)
{
    [Fact]
    [Trait("seed", "R7")]
    [Trait("seed", "A7")]
    public async Task A_case_shows_what_a_decision_needs_and_not_who_reported()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson(), second = await api.NewPerson();
        Guid report = await api.Reports(reporter, about, seen: "The words that hurt.");
        Guid same = await api.Reports(second, about, words: "Me too.", sameAs: report);
        await api.Reports(reporter, about);
        await api.Happens(about, "system", new SignalRecorded(
            new UserId(about.Id), SignalKind.MessageFlood, "messaging", DateTimeOffset.UtcNow, 0.4, api.Seal(about, "31 to one conversation")));

        Answer shown = (await moderator.Looks($"/moderation/cases/{about.Case()}")).Expect(200);
        shown.Json.GetProperty("handle").GetString().ShouldBe(about.Handle);
        shown.Json.GetProperty("level").GetString().ShouldBe("monitor");
        shown.Json.GetProperty("signals")[0].GetProperty("detail").GetString().ShouldBe("31 to one conversation");
        shown.Json.GetProperty("open_reports").EnumerateArray().Select(item => item.GetProperty("reporter").GetString()).ShouldBe(["reporter 1", "reporter 2", "reporter 1"]);
        NamesNobody(shown);

        Answer evidence = (await moderator.Looks($"/moderation/cases/{about.Case()}/reports/{same}/evidence", "investigation")).Expect(200);
        evidence.Json.GetProperty("words").GetString().ShouldBe("Me too.");
        evidence.Json.GetProperty("taken_for").GetGuid().ShouldBe(report);
        evidence.Json.GetProperty("evidence").GetProperty("items")[0].GetProperty("text").GetString().ShouldBe("The words that hurt.");
        NamesNobody(evidence);
        (await moderator.Looks($"/moderation/cases/{reporter.Case()}/reports/{same}/evidence")).Problem.ShouldBe("case-not-found");

        Answer timeline = (await moderator.Looks($"/moderation/cases/{about.Case()}/timeline?limit=2", "investigation")).Expect(200);
        timeline.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("what").GetString())
            .ShouldBe(["safety.signal_recorded", "safety.report_submitted"]);
        Answer older = (await moderator.Looks($"/moderation/cases/{about.Case()}/timeline?limit=2&cursor={timeline.String("next")}", "investigation")).Expect(200);
        older.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("by").GetString()).ShouldBe(["reporter 2", "reporter 1"]);
        older.String("next").ShouldBeNull();
        NamesNobody(timeline);
        NamesNobody(older);

        string who = $"/moderation/cases/{about.Case()}/reports/{same}/reporter";
        (await moderator.Looks(who, "decision")).Problem.ShouldBe("case-not-claimed");
        (await moderator.Claims(about)).Expect(200);
        (await moderator.Looks(who, "decision")).Expect(200).Json.GetProperty("user_id").GetGuid().ShouldBe(second.Id);
        (await (await api.NewModerator()).Looks(who, "decision")).Problem.ShouldBe("case-claimed-by-other");

        void NamesNobody(Answer answer)
        {
            foreach (Person one in new[] { reporter, second })
            {
                answer.Text.ShouldNotContain(one.Id.ToString());
                answer.Text.ShouldNotContain(one.Handle);
                answer.Text.ShouldNotContain(api.ReporterRef(one).ToString());
            }
        }
    }

    [Fact]
    public async Task Of_many_who_claim_at_once_exactly_one_has_the_case()
    {
        ApiHost api = await shared.Host();
        Person[] moderators = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => api.NewModerator()));
        for (int round = 0; round < 12; round++)
        {
            Person about = await api.NewPerson();
            await api.Reports(await api.NewPerson(), about);
            Answer[] answers = await Task.WhenAll(moderators.Select(moderator => moderator.Claims(about)));
            answers.Count(answer => answer.Status == 200).ShouldBe(1);
            answers.Count(answer => answer.Problem == "case-claimed-by-other").ShouldBe(moderators.Length - 1);

            // What they all try at once with their claims is decided once, by the one who has it.
            Answer[] warned = await Task.WhenAll(moderators.Select(moderator => moderator.Does(about, "actions", Action("warn"))));
            warned.Count(answer => answer.Status == 200).ShouldBe(1);
            (await api.Databases["safety"].Scalar<long>($"select count(*) from public.decisions where user_id = '{about.Id}'")).ShouldBe(1);
            int winner = Array.FindIndex(answers, answer => answer.Status == 200);
            warned[winner].Status.ShouldBe(200);
            (await moderators[winner].Client.Send("DELETE", $"/moderation/cases/{about.Case()}/claim")).Expect(204);
            (await moderators[(winner + 1) % moderators.Length].Claims(about)).Expect(200);
        }
    }

    [Fact]
    public async Task A_moderator_opens_a_case_that_nobody_has_reported()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson();
        (await moderator.Claims(about)).Problem.ShouldBe("case-not-found");
        Answer opened = (await moderator.Client.Send("POST", "/moderation/cases", new { user_id = about.Id })).Expect(200);
        opened.Json.GetProperty("case_id").GetGuid().ShouldBe(about.Case());
        (await moderator.Queue()).ShouldNotContain(item => item.GetProperty("case_id").GetGuid() == about.Case());
        (await moderator.Looks($"/moderation/cases/{about.Case()}")).Expect(200);
        (await moderator.Client.Send("POST", "/moderation/cases", new { user_id = moderator.Id })).Problem.ShouldBe("conflict-of-interest");
        (await moderator.Client.Send("POST", "/moderation/cases", new { user_id = Guid.NewGuid() })).Problem.ShouldBe("user-not-found");
    }

    [Fact]
    public async Task Only_what_the_person_wrote_is_taken_down_in_their_case()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator();
        Person[] people = await api.NewPeople(2, age: 20);
        await api.Reports(people[1], people[0]);
        Guid group = await people[0].StartGroup(people[1..]), room = await people[0].FirstRoom(), otherRoom = await people[1].FirstRoom();
        Guid theirs = await people[0].Says(group, "Mine"), another = await people[1].Says(group, "Not mine");
        int version = await people[0].Publishes(room, Furnished("one"));
        await people[1].Publishes(otherRoom, Furnished("one"));
        (await moderator.Claims(people[0])).Expect(200);
        object[] refused =
        [
            new { kind = "message", conversation_id = group, message_id = another },
            new { kind = "message", conversation_id = group, message_id = Guid.NewGuid() },
            new { kind = "message", conversation_id = Guid.NewGuid(), message_id = theirs },
            new { kind = "room_version", room_id = otherRoom, version = 1 },
            new { kind = "room_version", room_id = room, version = version + 1 },
        ];
        foreach (object content in refused)
        {
            (await moderator.Does(people[0], "actions", TakeDown(content))).Code().ShouldBe("422 action-target-not-theirs");
        }

        (await api.Databases["safety"].Scalar<long>($"select count(*) from public.decisions where user_id = '{people[0].Id}'")).ShouldBe(0);
        (await moderator.Does(people[0], "actions", TakeDown(new { kind = "message", conversation_id = group, message_id = theirs }))).Expect(200);
        (await moderator.Does(people[0], "actions", TakeDown(new { kind = "room_version", room_id = room, version }))).Expect(200);
        (await people[1].Client.Send("GET", $"/rooms/{otherRoom}")).Json.TryGetProperty("active", out _).ShouldBeTrue();

        static Dictionary<string, object?> TakeDown(object content) => new(Action("take_down")) { ["content"] = content };
    }

    [Fact]
    [Trait("seed", "7.3")]
    public async Task Without_its_statement_there_is_no_action()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson();
        await api.Reports(await api.NewPerson(), about);
        (await moderator.Claims(about)).Expect(200);
        Dictionary<string, object?> complete = Action("suspend", DateTimeOffset.UtcNow.AddDays(3));
        foreach ((string part, string named) in new[]
        {
            ("what", "what"), ("since", "since"), ("until", "until"), ("facts", "facts"), ("ground", "ground.kind, ground.text"), ("category", "category"),
            ("automation", "automation.detected, automation.decided"), ("appeal", "appeal"),
        })
        {
            Answer refused = await moderator.Does(about, "actions", complete.Without(part));
            refused.Problem.ShouldBe("action-statement-incomplete", part);
            refused.String("detail")!.ShouldContain($"lacks: {named}.");
        }

        Answer bare = await moderator.Does(about, "actions", new { kind = "suspend" });
        bare.String("detail")!.ShouldContain("what, since, until, facts, ground.kind, ground.text, category, automation.detected, automation.decided, appeal");
        (await moderator.Does(about, "actions", complete.With("automation", new { detected = true, decided = true }))).Problem.ShouldBe("automation-decided");
        (await api.Databases["safety"].Scalar<long>($"select count(*) from public.moderation_actions where user_id = '{about.Id}'")).ShouldBe(0);
        (await moderator.Does(about, "actions", complete)).Expect(200);
    }

    [Fact]
    [Trait("seed", "7.2")]
    [Trait("seed", "W7")]
    public async Task A_decision_resolves_its_reports_is_recorded_and_can_be_sent_twice()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson(), reporter = await api.NewPerson();
        Guid report = await api.Reports(reporter, about);
        (await moderator.Claims(about)).Expect(200);
        string key = Requests.NewKey();
        Dictionary<string, object?> body = Action("mute", DateTimeOffset.UtcNow.AddDays(1), reports: new[] { new { report_id = report, outcome = "upheld", explanation = "We acted." } });
        Answer first = (await moderator.Does(about, "actions", body, key)).Expect(200);
        Answer again = (await moderator.Does(about, "actions", body, key)).Expect(200);
        again.Text.ShouldBe(first.Text);

        JsonElement shown = (await moderator.Looks($"/moderation/cases/{about.Case()}", "decision")).Expect(200).Json;
        JsonElement action = shown.GetProperty("actions").EnumerateArray().Single();
        action.GetProperty("by").GetGuid().ShouldBe(api.ModeratorRef(moderator));
        action.GetProperty("statement").GetProperty("facts").GetString().ShouldBe("Insults in a conversation.");
        action.GetProperty("from_report").GetBoolean().ShouldBeTrue();
        shown.GetProperty("open_reports").GetArrayLength().ShouldBe(0);
        (await moderator.Queue()).ShouldNotContain(item => item.GetProperty("case_id").GetGuid() == about.Case());
        (await api.Databases["safety"].Scalar<string>($"select outcome from public.reports where report_id = '{report}'")).ShouldBe("upheld");

        // Who acted stands in the log's metadata, and who reported nowhere.
        (await api.Databases["safety"].Scalar<string>(
            $"select headers ->> 'actor' from log.mt_events where stream_id = '{about.Case()}' and type like 'safety.restriction_applied%'")).ShouldBe(moderator.Id.ToString());
        (await api.Databases["safety"].Scalar<long>($"select count(*) from log.mt_events e where e::text like '%{reporter.Id}%' and type not like 'safety.record_viewed%'")).ShouldBe(0);

        (await moderator.Does(about, $"actions/{first.Json.GetProperty("action_id").GetGuid()}/reversal", new { reason = "It was somebody else." })).Expect(204);
        (await moderator.Does(about, $"actions/{Guid.NewGuid()}/reversal", new { reason = "It was somebody else." })).Problem.ShouldBe("action-not-found");
        (await api.Databases["safety"].Scalar<string>($"select string_agg(type, ' ' order by created_at) from public.moderation_actions where user_id = '{about.Id}'"))
            .ShouldBe("mute reversal");
    }

    [Fact]
    public async Task A_ban_takes_two()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewModerator(), other = await api.NewModerator(), about = await api.NewPerson();
        Guid report = await api.Reports(await api.NewPerson(), about);
        (await one.Claims(about)).Expect(200);
        Answer proposed = (await one.Does(about, "actions", Action("ban"))).Expect(200);
        proposed.Json.GetProperty("is_proposed").GetBoolean().ShouldBeTrue();
        Guid proposal = proposed.Json.GetProperty("action_id").GetGuid();
        (await api.Databases["safety"].Scalar<long>($"select count(*) from public.decisions where user_id = '{about.Id}'")).ShouldBe(0);

        (await one.Claims(about)).Expect(200);
        (await one.Does(about, $"bans/{proposal}/approval", new { })).Problem.ShouldBe("second-person-needed");
        (await one.Client.Send("DELETE", $"/moderation/cases/{about.Case()}/claim")).Expect(204);
        (await other.Does(about, $"bans/{proposal}/approval", new { })).Problem.ShouldBe("case-not-claimed");
        (await other.Claims(about)).Expect(200);
        JsonElement waiting = (await other.Looks($"/moderation/cases/{about.Case()}", "decision")).Expect(200).Json.GetProperty("proposed_bans")[0];
        waiting.GetProperty("statement").GetProperty("what").GetString().ShouldBe("This was decided.");
        (await other.Does(about, $"bans/{Guid.NewGuid()}/approval", new { })).Problem.ShouldBe("proposal-not-found");
        (await other.Does(about, $"bans/{proposal}/approval", new { reports = new[] { new { report_id = report, outcome = "upheld" } } })).Expect(200);
        (await api.Databases["safety"].Scalar<string>($"select kind || ' ' || decided_by from public.decisions where user_id = '{about.Id}'")).ShouldBe($"ban {other.Id}");

        Person spared = await api.NewPerson();
        await api.Reports(await api.NewPerson(), spared);
        Guid dropped = await one.ActsOn(spared, Action("ban"));
        (await other.Claims(spared)).Expect(200);
        (await other.Does(spared, $"bans/{dropped}/refusal", new { reason = "Too much." })).Expect(204);
        (await api.Databases["safety"].Scalar<string>($"select string_agg(type, ' ' order by created_at) from public.moderation_actions where user_id = '{spared.Id}'"))
            .ShouldBe("ban_proposed ban_declined");
    }

    [Fact]
    public async Task Notes_and_escalation_bring_a_case_up_and_clearing_takes_it_out()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), about = await api.NewPerson();
        Guid report = await api.Reports(await api.NewPerson(), about, priority: CasePriority.Low), plain = await api.Reports(await api.NewPerson(), about, priority: CasePriority.Low);
        (await moderator.Does(about, "notes", new { text = "Look at the earlier ones." })).Expect(204);
        (await moderator.Client.Send("PUT", $"/moderation/cases/{about.Case()}/escalation", new { priority = "high", reason = "For somebody who knows the law." })).Expect(204);
        JsonElement queued = (await moderator.Queue("&priority=high")).Single(item => item.GetProperty("case_id").GetGuid() == about.Case());
        queued.GetProperty("escalated").GetString().ShouldBe("high");
        (await moderator.Looks($"/moderation/cases/{about.Case()}/timeline")).Expect(200).Text.ShouldContain("Look at the earlier ones.");
        (await moderator.Claims(about)).Expect(200);
        (await moderator.Does(about, "clearance", new { reason = "Nothing in it.", reports = new[] { new { report_id = Guid.NewGuid(), outcome = "false_report" } } })).Problem.ShouldBe("report-not-open");
        (await moderator.Does(about, "clearance", new { reason = "Nothing in it.", reports = new[] { new { report_id = report, outcome = "false_report" } } })).Expect(204);
        (await moderator.Queue()).ShouldNotContain(item => item.GetProperty("case_id").GetGuid() == about.Case());
        (await api.Databases["safety"].Scalar<string>($"select string_agg(outcome, ' ' order by submitted_at) from public.reports where report_id in ('{report}', '{plain}')"))
            .ShouldBe("false_report no_violation");
    }

    [Fact]
    public async Task An_appeal_is_decided_by_another_and_what_does_not_stand_is_taken_back()
    {
        ApiHost api = await shared.Host();
        Person moderator = await api.NewModerator(), second = await api.NewModerator(), about = await api.NewPerson();
        await api.Reports(await api.NewPerson(), about);
        Guid action = await moderator.ActsOn(about, Action("suspend", DateTimeOffset.UtcNow.AddDays(3)));
        Answer submitted = (await about.Client.Send("POST", $"/me/record/actions/{action}/appeal", new { words = "It was a joke." }, Requests.NewKey())).Expect(200);
        Guid appeal = submitted.Json.GetProperty("appeal_id").GetGuid();
        (await about.Client.Send("POST", $"/me/record/actions/{action}/appeal", new { words = "Again." }, Requests.NewKey())).Problem.ShouldBe("appeal-made");
        (await second.Client.Send("POST", $"/me/record/actions/{action}/appeal", new { words = "Not mine." }, Requests.NewKey())).Problem.ShouldBe("action-not-found");

        JsonElement mine = await Listed(moderator);
        mine.GetProperty("for_another").GetBoolean().ShouldBeTrue();
        mine.TryGetProperty("case_id", out _).ShouldBeFalse();
        JsonElement theirs = await Listed(second);
        (theirs.GetProperty("for_another").GetBoolean(), theirs.GetProperty("case_id").GetGuid()).ShouldBe((false, about.Case()));

        (await Resolve(moderator, "upheld")).Problem.ShouldBe("second-person-needed");
        (await Resolve(second, "overturned")).Problem.ShouldBe("case-claimed-by-other");
        (await moderator.Client.Send("DELETE", $"/moderation/cases/{about.Case()}/claim")).Expect(204);
        (await Resolve(second, "overturned")).Problem.ShouldBe("case-not-claimed");
        (await second.Claims(about)).Expect(200);
        (await Resolve(second, "overturned")).Expect(204);
        (await Resolve(second, "overturned")).Expect(204);
        (await Resolve(second, "upheld")).Problem.ShouldBe("appeal-decided");
        JsonElement shown = (await second.Looks($"/moderation/cases/{about.Case()}", "appeal")).Expect(200).Json;
        shown.GetProperty("actions")[0].TryGetProperty("reversed_at", out _).ShouldBeTrue();
        shown.GetProperty("appeals")[0].GetProperty("words").GetString().ShouldBe("It was a joke.");
        shown.GetProperty("appeals")[0].GetProperty("explanation").GetString().ShouldBe("The conversation shows it.");

        async Task<JsonElement> Listed(Person who) => (await who.Looks("/moderation/appeals?limit=100", "appeal")).Expect(200).Json
            .GetProperty("items").EnumerateArray().Single(item => item.GetProperty("appeal_id").GetGuid() == appeal);

        Task<Answer> Resolve(Person who, string outcome) => who.Client.Send(
            "POST", $"/moderation/appeals/{appeal}/resolution", new { outcome, explanation = "The conversation shows it." }, Requests.NewKey());
    }

    [Fact]
    public async Task Whoever_has_to_do_with_the_person_is_turned_away_from_every_part_of_the_case()
    {
        ApiHost api = await shared.Host();
        Person about = await api.NewModerator(), friend = await api.NewModerator(), apart = await api.NewModerator(), reporter = await api.NewModerator(), past = await api.NewModerator();
        await friend.Befriends(about);
        await about.Does("block", apart);
        Guid answered = await api.Reports(past, about);
        await api.Happens(about, "system", new ReportResolved(answered, ReportOutcome.NoViolation, api.ReporterRef(past), api.SealedByReporter(past, past.Id)));
        Guid report = await api.Reports(reporter, about);
        await Eventually.Is(async () => await api.IsTied(friend, about) && await api.IsTied(apart, about), "safety knows of the ties");
        foreach (Person conflicted in new[] { about, friend, apart, reporter, past })
        {
            foreach (string part in new[] { "", "/timeline", $"/reports/{report}/evidence", $"/reports/{report}/reporter" })
            {
                (await conflicted.Looks($"/moderation/cases/{about.Case()}{part}")).Problem.ShouldBe("conflict-of-interest");
            }

            (await conflicted.Claims(about)).Problem.ShouldBe("conflict-of-interest");
            (await conflicted.Does(about, "actions", Action("warn"))).Problem.ShouldBe("conflict-of-interest");
            (await conflicted.Client.Send("POST", "/moderation/cases", new { user_id = about.Id })).Problem.ShouldBe("conflict-of-interest");
            JsonElement place = (await conflicted.Queue()).Single(item => item.GetProperty("case_id").GetGuid() == about.Case());
            place.GetProperty("conflict_of_interest").GetBoolean().ShouldBeTrue();
        }

        (await (await api.NewModerator()).Claims(about)).Expect(200);
    }
}
