using System.Text.RegularExpressions;
using Shouldly;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class ReplayEventsTests(History history) : IClassFixture<History>
{
    [Fact]
    public async Task Every_event_is_one_line_of_json_in_the_order_of_the_log()
    {
        Ran ran = await history.House.Wya("events", "replay");
        ran.ExitCode.ShouldBe(0);
        ran.Error.ShouldBeEmpty();
        Masked(ran.Lines[0]).ShouldBe(
            """
            {"position":1,"id":"00000000-0000-7000-8000-000000000001","stream_id":"0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11","version":1,
            "type":"user.created","schema_version":2,"time":"2026-11-22T12:00:00+00:00","actor":"ada","correlation_id":"request-1",
            "causation_id":"cause-1","data":{"handle":"(sealed)","handle_skeletons":"(sealed)","age_layer":"adult"}}
            """.ReplaceLineEndings(""));
        ran.Lines[4].ShouldBe(
            """
            {"position":5,"id":"00000000-0000-7000-8000-000000000005","stream_id":"0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a22","version":2,
            "type":"user.permission_granted","schema_version":1,"time":"2026-11-22T12:02:00+00:00","actor":"ada","correlation_id":"request-5",
            "causation_id":"cause-5","data":{"capability":"chat.group"}}
            """.ReplaceLineEndings(""));
        Positions(ran).ShouldBe([1, 2, 3, 4, 5, 6, 7]);
    }

    [Theory]
    [InlineData("--from 3", "3 4 5 6 7")]
    [InlineData("--to 2", "1 2")]
    [InlineData("--from 3 --to 4", "3 4")]
    [InlineData("--from 8", "")]
    [InlineData("--to 99", "1 2 3 4 5 6 7")]
    [InlineData("--limit 2", "1 2")]
    [InlineData("--type user.verified", "2 6")]
    [InlineData("--type user.verified --type user.unsuspended", "2 6 7")]
    [InlineData("--type user.verified --from 3 --limit 1", "6")]
    [InlineData("--as-of 2026-11-22T12:01:00Z", "1 2 3")]
    [InlineData("--as-of 2026-11-22T13:01:59+01:00", "1 2 3")]
    [InlineData("--as-of 2026-11-22", "")]
    [InlineData("--as-of 2026-11-23 --to 3", "1 2 3")]
    [InlineData("--domain identity --from 7", "7")]
    public async Task A_part_of_the_log_can_be_asked_for(string options, string positions)
    {
        Ran ran = await history.House.Wya(["events", "replay", .. options.Split(' ')]);
        ran.ExitCode.ShouldBe(0);
        string.Join(' ', Positions(ran)).ShouldBe(positions);
    }

    [Fact]
    public async Task As_a_table_it_is_for_people_and_harmless_to_their_terminal()
    {
        Ran sealedReason = await history.House.Wya("events", "replay", "--format", "table", "--from", "4", "--to", "4");
        sealedReason.Lines[1].ShouldContain("""{"until":"2026-11-29T12:00:00+00:00","reason":"(sealed)"}""");
        await using House house = await House.Build();
        Guid user = Guid.CreateVersion7();
        await house.Register(user, "mara");
        await house.Append(user, new PermissionGranted("rude \u001b[31m"));
        Ran ran = await house.Wya("events", "replay", "--format", "table", "--from", "2", "--to", "2");
        ran.Lines.Length.ShouldBe(3);
        ran.Lines[0].ShouldContain("position");
        ran.Lines[1].ShouldContain($"2026-11-22 12:00:00.000Z  {user}        2  user.permission_granted");
        ran.Lines[2].ShouldBe("1 event");
        ran.Output.ShouldNotContain('\u001b');
        ran.Lines[1].ToLowerInvariant().ShouldContain(@"rude \u001b[31m");
    }

    [Fact]
    public async Task What_makes_no_sense_is_wrong_usage()
    {
        Ran backwards = await history.House.Wya("events", "replay", "--from", "5", "--to", "4");
        (backwards.ExitCode, backwards.Output).ShouldBe((2, ""));
        backwards.Error.ShouldStartWith("--from lies behind --to.");
        (await history.House.Wya("events", "replay", "--limit", "0")).ExitCode.ShouldBe(2);
        (await history.House.Wya("events", "replay", "--from", "0")).ExitCode.ShouldBe(2);
        (await history.House.Wya("events", "replay", "--format", "xml")).ExitCode.ShouldBe(2);
        (await history.House.Wya("events", "replay", "--as-of", "yesterday")).Error.ShouldStartWith("'yesterday' is not a time such as");
    }

    [Fact]
    public async Task An_unknown_type_or_domain_is_refused_with_what_may_have_been_meant()
    {
        Ran type = await history.House.Wya("events", "replay", "--type", "user.verifed");
        (type.ExitCode, type.Output).ShouldBe((1, ""));
        type.Error.ShouldStartWith("There is no event type 'user.verifed'; did you mean 'user.verified'?");
        Ran domain = await history.House.Wya("events", "replay", "--domain", "identiy");
        domain.ExitCode.ShouldBe(2);
        domain.Error.ShouldStartWith("There is no domain 'identiy'; did you mean 'identity'?");
    }

    [Fact]
    public async Task An_event_of_a_newer_build_ends_it_with_one_sentence()
    {
        await using House house = await House.Build();
        await house.Register(Guid.CreateVersion7(), "mara");
        await house.Database.Execute(
            """
            alter table log.mt_events disable trigger user;
            update log.mt_events set type = 'user.teleported';
            """);
        Ran ran = await house.Wya("events", "replay");
        ran.ExitCode.ShouldBe(1);
        ran.Error.Trim().ShouldBe("This build does not know the event type 'user.teleported'. A newer build wrote it; use that build's wya.");
    }

    /// <summary>A box is never the same twice.</summary>
    private static string Masked(string line) => Regex.Replace(line, "sealed1:[^\"]*", "(sealed)");

    private static IEnumerable<long> Positions(Ran ran) => ran.JsonLines.Select(line => line.GetProperty("position").GetInt64());
}
