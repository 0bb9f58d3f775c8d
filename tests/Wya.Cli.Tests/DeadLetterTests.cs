using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.Projections;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class DeadLetterTests
{
    private readonly Guid mara = Guid.CreateVersion7();

    [Fact]
    public async Task A_dead_letter_is_listed_and_shown_without_the_data_it_stumbled_over()
    {
        (House house, GuestbookTable _) = await WithDeadLetter();
        await using House built = house;
        Ran list = await house.Wya("dead-letters", "list");
        list.Lines[0].ShouldMatch("^projection +stream +position +type +state +attempts +waiting +parked +next retry +error");
        list.Lines[1].ShouldMatch($"^Guestbook +{mara} +2 +user.suspended +dead +2 +2 ");
        (await house.Wya("dead-letters", "list", "Guestbook", "--json")).Json.GetProperty("event_type").GetString().ShouldBe("user.suspended");
        (await house.Wya("dead-letters", "list", "AccountHistory")).Output.Trim().ShouldBe("There are no dead letters.");

        Ran show = await house.Wya("dead-letters", "show", "Guestbook", mara.ToString());
        show.Lines[0].ShouldMatch($"^Guestbook set aside {mara} at .*: it waits for a decision.");
        show.Output.ShouldContain("InvalidOperationException at GuestbookTable.Evolve");
        (list.Output + show.Output).ShouldNotContain("personal data");
        (await house.Wya("projections", "list", "--json")).JsonLines.Single(line => line.GetProperty("name").GetString() == "Guestbook").GetProperty("dead").GetInt64().ShouldBe(1);
    }

    [Fact]
    public async Task A_dry_run_tells_whether_a_retry_would_help()
    {
        (House house, GuestbookTable table) = await WithDeadLetter();
        await using House built = house;
        Ran fails = await house.Wya("dead-letters", "retry", "Guestbook", mara.ToString(), "--dry-run");
        (fails.ExitCode, fails.Output).ShouldBe((1, ""));
        fails.Error.ShouldStartWith("It would fail again at position 2 (InvalidOperationException at GuestbookTable.Evolve");

        table.Mend();
        (await house.Wya("dead-letters", "retry", "Guestbook", mara.ToString(), "--dry-run")).Output.Trim()
            .ShouldBe("2 events would be applied. Nothing was changed.");
        (await house.Wya("dead-letters", "retry", "Guestbook", mara.ToString(), "--dry-run", "--json")).Json
            .GetProperty("applied").GetInt32().ShouldBe(2);
    }

    [Fact]
    public async Task A_retry_after_the_fix_brings_the_stream_back()
    {
        (House house, GuestbookTable table) = await WithDeadLetter();
        await using House built = house;
        table.Mend();
        Ran ran = await house.Wya("dead-letters", "retry", "Guestbook", mara.ToString(), "--reason", "Mended", "--actor", "bo");
        (ran.ExitCode, ran.Output.Trim()).ShouldBe((0, "1 stream with 2 events is retried now by the leader of Guestbook."));
        await Eventually.Is(
            async () => await house.Database.Scalar<int>($"select events from guestbook where id = '{mara}'") == 3, "the stream is back");
        (await house.Database.Scalar<string>("select decision || ' ' || reason || ' ' || actor from log.wya_dead_letter_decisions"))
            .ShouldBe("retry Mended bo");
        Ran again = await house.Wya("dead-letters", "retry", "Guestbook", "--all", "--reason", "Once more");
        (again.ExitCode, again.Error.Trim()).ShouldBe((1, "Guestbook: No such stream is parked."));
    }

    [Fact]
    public async Task The_clinic_shows_tries_and_releases_what_would_go_through()
    {
        (House house, GuestbookTable table) = await WithDeadLetter();
        await using House built = house;
        Ran clinic = await house.Wya("dead-letters", "clinic");
        clinic.Output.ShouldContain("Guestbook: 1 stream set aside since ");
        clinic.Output.ShouldContain("GuestbookTable.Evolve");
        (await house.Wya("dead-letters", "try", "Guestbook")).ShouldSatisfyAllConditions(
            ran => ran.ExitCode.ShouldBe(1),
            ran => ran.Output.ShouldContain("0 of 1 stream would go through. Nothing was changed."));
        (await house.Wya("dead-letters", "release", "Guestbook", "--reason", "Perhaps")).Error.Trim()
            .ShouldBe("Guestbook: None of the parked streams would go through with this code; nothing was released.");

        table.Mend();
        Ran tried = await house.Wya("dead-letters", "try", "Guestbook", "--json");
        tried.ExitCode.ShouldBe(0);
        System.Text.Json.JsonElement row = tried.JsonLines.ShouldHaveSingleItem().GetProperty("rows")[0];
        (row.GetProperty("table").GetString(), row.GetProperty("difference").GetString()).ShouldBe(("guestbook", "changed"));
        (row.GetProperty("before").GetProperty("events").GetInt32(), row.GetProperty("after").GetProperty("events").GetInt32()).ShouldBe((1, 3));
        (await house.Database.Scalar<int>($"select events from guestbook where id = '{mara}'")).ShouldBe(1);
        (await house.Wya("dead-letters", "release", "Guestbook", "--reason", "Mended")).Output.Trim()
            .ShouldBe("1 stream with 2 events released to the leader of Guestbook; 0 would fail again and stay.");
        await Eventually.Is(async () => await house.Database.Scalar<int>($"select events from guestbook where id = '{mara}'") == 3, "the stream is back");
        (await house.Wya("dead-letters", "clinic")).Output.Trim().ShouldBe("Nothing is set aside.");
    }

    [Fact]
    public async Task All_dead_letters_can_be_retried_at_once()
    {
        (House house, GuestbookTable table) = await WithDeadLetter();
        await using House built = house;
        table.Mend();
        Ran ran = await house.Wya("dead-letters", "retry", "guestbook", "--all", "--reason", "Mended", "--json");
        ran.Output.Trim().ShouldBe("""{"projection":"Guestbook","streams":1,"events_waiting":2}""");
    }

    [Fact]
    public async Task A_discarded_event_is_skipped_and_the_decision_is_kept()
    {
        (House house, GuestbookTable _) = await WithDeadLetter();
        await using House built = house;
        Ran ran = await house.Wya("dead-letters", "discard", "Guestbook", mara.ToString(), "--reason", "Harmless here");
        (ran.ExitCode, ran.Output.Trim()).ShouldBe((0, "1 event discarded for Guestbook; the rest of the stream, 1 event, resumes now."));
        await Eventually.Is(
            async () => await house.Database.Scalar<int>($"select events from guestbook where id = '{mara}'") == 2, "the rest is applied");

        // The same poison again: the decision before is shown with it.
        await house.Append(mara, new UserSuspended(SetClock.Noon.AddDays(9), new Sensitive<string>(mara, "again")));
        await IsDead(house);
        Ran show = await house.Wya("dead-letters", "show", "Guestbook", mara.ToString(), "--json");
        show.Json.GetProperty("decisions")[0].GetProperty("reason").GetString().ShouldBe("Harmless here");
        (await house.Wya("dead-letters", "show", "Guestbook", mara.ToString())).Output.ShouldContain("Harmless here");
    }

    [Fact]
    public async Task What_makes_no_sense_is_refused_and_changes_nothing()
    {
        (House house, GuestbookTable _) = await WithDeadLetter();
        await using House built = house;
        Guid other = Guid.CreateVersion7();
        (await house.Wya("dead-letters", "show", "Guestbook", other.ToString())).ShouldSatisfyAllConditions(
            ran => ran.ExitCode.ShouldBe(1),
            ran => ran.Error.ShouldStartWith($"Guestbook has not set aside the stream {other};"));
        (await house.Wya("dead-letters", "retry", "Guestbook", other.ToString(), "--dry-run")).ExitCode.ShouldBe(1);
        (await house.Wya("dead-letters", "discard", "Guestbook", other.ToString(), "--reason", "x")).ExitCode.ShouldBe(1);
        (await house.Wya("dead-letters", "discard", "Guestbook", mara.ToString())).ExitCode.ShouldBe(2);
        (await house.Wya("dead-letters", "retry", "Guestbook", mara.ToString())).Error.ShouldStartWith("Give a --reason;");
        (await house.Wya("dead-letters", "retry", "Guestbook", "--reason", "x")).Error.ShouldStartWith("Give a stream, or --all.");
        (await house.Wya("dead-letters", "retry", "Guestbook", "--all", "--dry-run")).Error.ShouldStartWith("--dry-run takes one stream.");
        (await house.Wya("dead-letters", "list", "Guestbok")).Error.ShouldStartWith("There is no projection 'Guestbok'; did you mean 'Guestbook'?");
        (await house.Wya("dead-letters", "list", "Users")).Error.ShouldStartWith("Users is written by the appends themselves");
        Ran tooLong = await house.Wya("dead-letters", "discard", "Guestbook", mara.ToString(), "--reason", new string('x', 1_001));
        (tooLong.ExitCode, tooLong.Error.Trim()).ShouldBe((1, "Guestbook: A decision needs an actor and a reason of 1 to 1000 characters."));
        (await house.Database.Scalar<long>("select count(*) from log.wya_dead_letter_decisions")).ShouldBe(0);
    }

    private async Task<(House House, GuestbookTable Table)> WithDeadLetter()
    {
        (DomainDefinition domain, GuestbookTable table) = GuestbookTable.WithIdentity();
        House house = await House.Build(domain);
        house.RunDaemon();
        await house.Register(mara, "mara");
        await house.Append(mara, new UserSuspended(SetClock.Noon.AddDays(7), new Sensitive<string>(mara, "rude")));
        await house.Append(mara, new UserUnsuspended());
        await IsDead(house);
        return (house, table);
    }

    private Task IsDead(House house) => Eventually.Is(
        async () => (await house.Wya("dead-letters", "list", "Guestbook", "--json")).JsonLines is [var letter]
            && letter.GetProperty("stream_id").GetGuid() == mara
            && letter.GetProperty("events_waiting").GetInt64() == await house.Database.Scalar<long>(
                $"select count(*) from log.mt_events where stream_id = '{mara}' and seq_id >= {letter.GetProperty("position").GetInt64()}"),
        "the stream is a dead letter");
}
