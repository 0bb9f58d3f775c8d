using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class ShowStreamTests(History history) : IClassFixture<History>
{
    [Fact]
    public async Task A_stream_is_shown_with_its_events_and_the_state_they_fold_to()
    {
        Ran ran = await Show("--json");
        ran.ExitCode.ShouldBe(0);
        ran.Lines.Length.ShouldBe(1);
        Masked(ran.Output).ShouldStartWith(
            """
            {"domain":"identity","stream_id":"0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11","stream_type":"user","version":4,"current_version":4,
            "is_archived":false,"state":{"handle":"(sealed)","age_layer":"adult","is_verified":true,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true},
            "events":[{"position":1,
            """.ReplaceLineEndings(""));
        Versions(ran).ShouldBe([1, 2, 3, 4]);
    }

    [Theory]
    [InlineData("--at-version 1", "1", """{"handle":"(sealed)","age_layer":"adult","is_verified":false,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    [InlineData("--at-version 3", "1 2 3", """{"handle":"(sealed)","age_layer":"adult","is_verified":true,"is_banned":false,"suspended_until":"2026-11-29T12:00:00+00:00","granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    [InlineData("--as-of 2026-11-22T12:01:30Z", "1 2", """{"handle":"(sealed)","age_layer":"adult","is_verified":true,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    [InlineData("--as-of 2026-11-22T12:00:00Z", "1", """{"handle":"(sealed)","age_layer":"adult","is_verified":false,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    [InlineData("--backwards --limit 2", "4 3", """{"handle":"(sealed)","age_layer":"adult","is_verified":true,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    [InlineData("--backwards --at-version 2", "2 1", """{"handle":"(sealed)","age_layer":"adult","is_verified":true,"is_banned":false,"granted":[],"restricted":{},"is_erased":false,"is_there":true}""")]
    public async Task It_can_be_shown_as_it_was(string options, string versions, string state)
    {
        Ran ran = await Show([.. options.Split(' '), "--json"]);
        string.Join(' ', Versions(ran)).ShouldBe(versions);
        Masked(ran.Json.GetProperty("state").GetRawText()).ShouldBe(state);
    }

    [Fact]
    public async Task For_people_it_is_a_table_that_a_terminal_survives()
    {
        Ran ran = await Show("--limit", "3");
        ran.Lines[0].ShouldBe("user 0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11 of identity, version 4 of 4");
        ran.Lines[1].ShouldMatch("version +position +time +type +actor +data");
        ran.Lines[4].ShouldContain("user.suspended");
        ran.Lines[5].ShouldBe("3 of 4 events; --limit shows more.");
        ran.Lines[6].ShouldBe("State at version 4:");
        ran.Output.ShouldNotContain('\u001b');
    }

    [Fact]
    public async Task What_is_not_there_is_said_to_be_missing()
    {
        Ran unknown = await history.House.Wya("streams", "show", Guid.Empty.ToString());
        (unknown.ExitCode, unknown.Output).ShouldBe((1, ""));
        unknown.Error.Trim().ShouldBe("No stream has the id 00000000-0000-0000-0000-000000000000 in identity.");
        (await Show("--at-version", "5")).Error.Trim().ShouldBe("The stream is at version 4; it has no version 5.");
        (await Show("--as-of", "2026-11-22T11:59:59Z")).Error.Trim().ShouldStartWith("The stream began later than that, at ");
        (await history.House.Wya("streams", "show", "mara")).ShouldSatisfyAllConditions(
            ran => ran.ExitCode.ShouldBe(2),
            ran => ran.Error.ShouldStartWith("'mara' is not a stream's id, which is a uuid."));
        (await Show("--at-version", "1", "--as-of", "2026-11-22")).ExitCode.ShouldBe(2);
        (await Show("--at-version", "0")).Error.ShouldStartWith("--at-version starts at 1.");
    }

    [Fact]
    public async Task An_archived_stream_is_shown_too_and_said_to_be_archived()
    {
        await using House house = await House.Build();
        Guid user = Guid.CreateVersion7();
        await house.Register(user, "mara");
        (await house.Store.Archive(user)).ShouldBeTrue();
        (await house.Wya("streams", "show", user.ToString())).Lines[0].ShouldEndWith("version 1 of 1, archived");
    }

    private Task<Ran> Show(params string[] options) => history.House.Wya(["streams", "show", history.Mara.ToString(), .. options]);

    /// <summary>A box is never the same twice.</summary>
    private static string Masked(string json) => Regex.Replace(json, "sealed1:[^\"]*", "(sealed)");

    private static IEnumerable<long> Versions(Ran ran) =>
        ran.Json.GetProperty("events").EnumerateArray().Select(recorded => recorded.GetProperty("version").GetInt64());
}
