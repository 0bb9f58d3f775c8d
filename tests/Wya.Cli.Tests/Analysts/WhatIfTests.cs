using System.Text.Json;
using Shouldly;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Safety;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Xunit;

namespace Wya.Cli.Tests.Analysts;

[Collection(SmallTown.Collection)]
public sealed class WhatIfTests(SmallTown town) : IDisposable
{
    private readonly string file = Path.GetTempFileName();

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task Under_the_parameters_in_force_nobody_would_differ_and_under_others_those_whom_they_concern()
    {
        JsonElement inForce = (await town.Wya("what-if", "trust", "--json")).Json;
        await File.WriteAllTextAsync(file, inForce.GetRawText());
        JsonElement[] same = (await town.Wya("what-if", "trust", "--params", file, "--as-of", "2026-12-31", "--json")).JsonLines;
        same.ShouldHaveSingleItem().GetRawText().ShouldBe("""{"people":2,"differing":0,"levels":{}}""");

        await File.WriteAllTextAsync(file, """{"moderated_step": 0.5}""");
        JsonElement[] harsher = (await town.Wya("what-if", "trust", "--params", file, "--as-of", "2026-12-31", "--json", "--ids")).JsonLines;
        harsher.Length.ShouldBe(2);
        harsher[0].GetProperty("person").GetGuid().ShouldBe(SmallTown.Eli);
        harsher[0].GetProperty("difference").GetDouble().ShouldBeLessThan(0);
        harsher[1].GetProperty("differing").GetInt32().ShouldBe(1);
        (await town.Wya("what-if", "trust", "--params", file, "--as-of", "2026-12-31", "--json")).Output.ShouldNotContain(SmallTown.Eli.ToString());

        // Recorded on the 10th: a step that was made before the window keeps its size.
        (await town.Wya("what-if", "trust", "--params", file, "--from", "2026-11-09", "--as-of", "2026-12-31", "--json")).JsonLines[^1].GetProperty("differing").GetInt32().ShouldBe(1);
        (await town.Wya("what-if", "trust", "--params", file, "--from", "2026-11-11", "--as-of", "2026-12-31", "--json")).JsonLines[^1].GetProperty("differing").GetInt32().ShouldBe(0);
        (await town.Wya("what-if", "trust", "--params", file, "--from", "2027-01-01", "--as-of", "2026-12-31")).Error.ShouldContain("--from lies behind");
    }

    [Fact]
    public void The_score_under_the_formula_in_force_is_the_one_that_is_shown()
    {
        TrustLedger ledger = TrustLedger.Neutral, under = TrustLedger.Under(TrustFormula.Current);
        DateTimeOffset at = SmallTown.FirstDay;
        foreach (TrustEvidence evidence in new[] { TrustEvidence.Welcomed, TrustEvidence.Contributed, TrustEvidence.Moderated, TrustEvidence.Verified })
        {
            at = at.AddDays(20);
            ledger = ledger.Take(evidence, at, Guid.CreateVersion7());
            under = under.Take(evidence, at, Guid.CreateVersion7());
        }

        TrustPoint shown = ledger.CourseFrom(at).At(at.AddDays(100));
        under.Formula.ScoreOf(under.CourseFrom(at).At(at.AddDays(100))).ShouldBe(shown.Score);
    }

    [Fact]
    public async Task Levels_of_risk_are_compared_as_they_would_have_climbed()
    {
        JsonElement inForce = (await town.Wya("what-if", "risk", "--json")).Json;
        inForce.GetProperty("kept_a_day").GetDouble().ShouldBe(RiskRules.KeptADay);
        await File.WriteAllTextAsync(file, inForce.GetRawText());
        (await town.Wya("what-if", "risk", "--params", file, "--as-of", "2026-11-08", "--json")).JsonLines
            .ShouldHaveSingleItem().GetRawText().ShouldBe("""{"people":1,"differing":0,"levels":{}}""");
        await File.WriteAllTextAsync(file, """{"reporters_counted": 1, "context_weight": 0.4, "signals_weight": 0.2}""");
        JsonElement[] other = (await town.Wya("what-if", "risk", "--params", file, "--as-of", "2026-11-08", "--json", "--ids")).JsonLines;
        (other[0].GetProperty("person").GetGuid(), other[0].GetProperty("level_now").GetString(), other[0].GetProperty("level_then").GetString())
            .ShouldBe((SmallTown.Eli, "monitor", "guide"));
        other[1].GetProperty("levels").GetRawText().ShouldBe("""{"monitor → guide":1}""");

        // The last report came on the 7th: with the window behind it there is nothing new to climb at.
        foreach ((string from, string level) in new[] { ("2026-11-07", "guide"), ("2026-11-08", "monitor") })
        {
            (await town.Wya("what-if", "risk", "--params", file, "--from", from, "--as-of", "2026-11-08", "--json")).JsonLines[0]
                .GetProperty("level_then").GetString().ShouldBe(level);
        }
    }

    [Theory]
    [InlineData("trust", """{"moderatedstep": 0.5}""", "There is no parameter 'moderatedstep'; did you mean 'moderated_step'?")]
    [InlineData("trust", """{"factors": {"consistency": {"weight": 0.5}}}""", "The weights of the factors must be 0 or more, and 1 together.")]
    [InlineData("trust", """{"moderated_step": 2}""", "No step, as often as it counts, leads beyond the end of a scale: at most 1.")]
    [InlineData("risk", """{"guide_from": 0.9}""", "Levels must begin one above the other, and counts, days and what is kept a day be above 0.")]
    [InlineData("risk", """{"age_weight": 0.9}""", "The four weights must be 1 together.")]
    [InlineData("risk", "[]", "does not hold parameters as this verb shows them without --params.")]
    public async Task Parameters_that_make_no_sense_are_refused(string verb, string parameters, string sentence)
    {
        await File.WriteAllTextAsync(file, parameters);
        Ran ran = await town.Wya("what-if", verb, "--params", file);
        (ran.ExitCode, ran.Output).ShouldBe((1, ""));
        ran.Error.ShouldContain(sentence);
    }

    [Fact]
    public async Task Another_builds_projection_is_folded_beside_this_ones_and_the_rows_compared()
    {
        string build = typeof(IdentityDomain).Assembly.Location;
        Ran same = await town.Wya("what-if", "projection", "Users", "--domain", "identity", "--assembly", build, "--json");
        (same.Output, same.Error).ShouldBe(("""{"position":12,"added":0,"removed":0,"changed":0}""" + "\n", ""));
        Ran none = await town.Wya("what-if", "projection", "Users", "--domain", "identity", "--assembly", typeof(WhatIfTests).Assembly.Location);
        none.Error.ShouldContain("is not the Wya.Projections.dll of a build");

        string other = Path.Combine(AppContext.BaseDirectory.Replace("Wya.Cli.Tests", "Wya.OtherBuild", StringComparison.Ordinal), "Wya.Projections.dll");
        Ran differing = await town.Wya("what-if", "projection", "AccountHistory", "--assembly", other, "--limit", "1", "--json");
        differing.JsonLines[^1].GetRawText().ShouldBe("""{"position":12,"added":0,"removed":4,"changed":8}""", differing.Error);
        Ran window = await town.Wya("what-if", "projection", "AccountHistory", "--assembly", other, "--from", "10", "--json", "--ids");
        window.JsonLines[^1].GetRawText().ShouldBe("""{"position":12,"added":0,"removed":1,"changed":2}""", window.Error);
        window.Output.ShouldContain("\"then\":\"paused\"");
        (await town.Wya("what-if", "projection", "Users", "--domain", "identity", "--assembly", other, "--from", "5")).Error
            .ShouldContain("The tables of Users have other columns there than here");

        ReadModel now = new("Verified", 1, Inline: false, new VerifiedTable(suspensionsCount: false)), then = new("Verified", 1, Inline: false, new VerifiedTable(suspensionsCount: true));
        LogDatabase log = town.Database("identity").Log;
        await using ReadModelAsOf before = await ReadModelAsOf.Compute(log, log, now, 12), after = await ReadModelAsOf.Compute(log, log, then, 12);
        List<ComparedRow> rows = [];
        await foreach (ComparedRow row in ComparedRows.Of(before, after, TestContext.Current.CancellationToken))
        {
            rows.Add(row);
        }

        rows.Count(row => row.Change == "added").ShouldBe(1); // Eli's suspension
        rows.Count(row => row.Change == "removed").ShouldBe(0);
        rows.Single(row => row.Change == "changed").Row.ToJsonString().ShouldBe("""{"events":{"now":1,"then":2}}""");
    }
}

/// <summary>A fold that can be had in two versions: of verifications, or of suspensions too; Ada's count for two in the second.</summary>
internal sealed class VerifiedTable(bool suspensionsCount) : Table<Guid, GuestbookRow>
{
    public override string Name => "verified";

    public override IReadOnlyList<Column<GuestbookRow>> Columns { get; } =
    [
        new Column<GuestbookRow, Guid>("id", "uuid", row => row.Id, isKey: true),
        new Column<GuestbookRow, int>("events", "integer", row => row.Events),
    ];

    public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("id", "uuid", key => key, isKey: true)];

    public override string CreateSql(string schema) => $"create table {schema}.verified (id uuid primary key, events integer not null);";

    public override void Keys(RecordedEvent recorded, ICollection<Guid> keys)
    {
        if (recorded.Type == "user.verified" || (suspensionsCount && recorded.Type == "user.suspended"))
        {
            keys.Add(recorded.StreamId);
        }
    }

    public override GuestbookRow? Evolve(Guid key, GuestbookRow? row, RecordedEvent recorded) =>
        new(key, (row?.Events ?? 0) + (suspensionsCount && key == SmallTown.Ada ? 2 : 1));

    public override (Guid Key, GuestbookRow Row) Read(Npgsql.NpgsqlDataReader reader) => (reader.GetGuid(0), new GuestbookRow(reader.GetGuid(0), reader.GetInt32(1)));
}
