using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;
using Xunit;

namespace Wya.Projections.Tests.Safety;

public sealed class CaseTablesTests(SafetyHouse house) : IClassFixture<SafetyHouse>
{
    private const string Marked = "heliotrope-43-insult";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("seed", "7.2")]
    [Trait("seed", "7.4")]
    public async Task What_is_done_is_a_row_and_taking_it_back_is_another()
    {
        UserId person = Somebody(), moderator = Somebody(), second = Somebody();
        Guid warning = Guid.CreateVersion7(), proposal = Guid.CreateVersion7(), appeal = Guid.CreateVersion7();
        await house.Record(person, moderator.Value, new WarningIssued(warning, person, house.Basis(moderator), house.Statement(person)));
        await house.Record(person, moderator.Value, new BanProposed(proposal, person, house.Basis(moderator), house.Statement(person)));
        await house.Record(person, second.Value, new BanDeclined(proposal, person, house.Seal(person, "Too much.")));
        await house.Record(person, person.Value, new AppealSubmitted(appeal, warning, person, house.Seal(person, "It was a joke.")));
        List<ModerationActionRow> before = await Actions(person);
        await house.Record(
            person,
            second.Value,
            new AppealResolved(appeal, warning, person, AppealOutcome.Overturned, house.Seal(person, "It was.")),
            new ActionReversed(warning, house.Seal(person, "It was."), appeal, person.Value));

        List<ModerationActionRow> after = await Actions(person);
        after.Select(row => row.Type).ShouldBe(["warn", "ban_proposed", "ban_declined", "appeal_overturned", "reversal"], ignoreOrder: true);
        after.Count.ShouldBe(before.Count + 2);
        before.ShouldBeSubsetOf(after);
        after.Single(row => row.Type == "reversal").CreatedBy.ShouldBe(second.Value);
        after.Single(row => row.ActionId == warning).CreatedBy.ShouldBe(moderator.Value);
        (await AppealsTable.OfCase(house.Log, CaseId.Of(person).Value, Ct)).Single().Outcome.ShouldBe("overturned");
    }

    [Fact]
    [Trait("seed", "7.5")]
    [Trait("seed", "R7")]
    public async Task No_table_holds_what_was_said_or_who_reported()
    {
        UserId person = Somebody(), reporter = Somebody(), moderator = Somebody();
        await house.Record(person, house.ReporterRef(reporter), house.Report(person, reporter));
        await house.Record(person, null, new SignalRecorded(
            person, SignalKind.Content, "scanner", DateTimeOffset.UnixEpoch, 0.5, house.Seal(person, Marked)));
        await house.Record(person, moderator.Value, new WarningIssued(Guid.CreateVersion7(), person, house.Basis(moderator), house.Statement(person, Marked)));

        string everything = "";
        foreach (string table in SafetyHouse.Definition.Kept.SelectMany(model => model.Tables).Select(table => table.Name).Append("\"log\".mt_events"))
        {
            everything += await house.Database.Scalar<string>($"select coalesce(string_agg(t::text, ' '), '') from {(table.Contains('.', StringComparison.Ordinal) ? table : "public." + table)} t");
        }

        everything.ShouldContain("sealed1:");
        everything.ShouldContain(person.ToString());
        everything.ShouldNotContain(Marked);
        everything.ShouldNotContain("They insult me.");
        everything.ShouldNotContain(reporter.ToString());

        // The planted control: what is sealed is there, and opens.
        string token = RiskProfilesTable.Known((await RiskProfilesTable.Of(house.Log, person.Value, Ct))!.Signals).Single().Detail!;
        SealedToken.TryParse(token, out SealedToken? detail).ShouldBeTrue();
        System.Text.Json.JsonSerializer.Deserialize<string>(await house.Log.Seals.Open(detail!, CaseId.Of(person).Value, Ct)).ShouldBe(Marked);
    }

    [Fact]
    public async Task A_case_says_what_waits_in_it_until_somebody_has_decided()
    {
        UserId person = Somebody(), moderator = Somebody();
        var parts = new RiskParts(0.9, 0.8, 0.7, 0.1);
        await house.Record(person, null, new RiskAssessed(person, RiskLevel.Intervene, RiskLevel.Protect, 0.72, parts));
        await house.Record(person, moderator.Value, new CaseEscalated(person, CasePriority.High, house.Seal(person, "For a second look.")));
        CaseRow waiting = await Case(person);
        (waiting.Level, waiting.Escalated, waiting.RiskScore).ShouldBe(("protect", CasePriority.High, 0.72));
        waiting.AttentionDueAt.ShouldBe(waiting.OpenedAt.AddHours(1));
        await house.Record(person, moderator.Value, new CaseClaimed(person, house.ModeratorRef(moderator), DateTimeOffset.UtcNow.AddMinutes(30)));
        await house.Record(person, moderator.Value, new BanProposed(Guid.CreateVersion7(), person, house.Basis(moderator), house.Statement(person)));
        (await Case(person)).ShouldSatisfyAllConditions(
            row => row.Proposals.ShouldBe(1),
            row => row.ProposalDueAt.ShouldNotBeNull(),
            row => row.ClaimedBy.ShouldBe(house.ModeratorRef(moderator)),
            row => row.AttentionDueAt.ShouldNotBeNull("a proposal decides nothing"));
        await house.Record(person, moderator.Value, new CaseCleared(person, house.Seal(person, "Nothing in it.")), new CaseReleased(person));

        (await Case(person)).ShouldSatisfyAllConditions(
            row => row.Proposals.ShouldBe(0),
            row => row.AttentionDueAt.ShouldBeNull(),
            row => row.Escalated.ShouldBeNull(),
            row => row.ClaimedBy.ShouldBeNull(),
            row => row.Level.ShouldBe("protect", "a moderator's decision is not an assessment"));
    }

    [Fact]
    [Trait("seed", "P4")]
    public async Task Rebuilt_from_the_log_they_are_what_they_were()
    {
        var random = new Random(77);
        UserId[] people = [.. Enumerable.Range(0, 6).Select(_ => Somebody())];
        List<(UserId Person, Guid Report)> open = [];
        for (int step = 0; step < 120; step++)
        {
            UserId person = people[random.Next(people.Length)], other = people[random.Next(people.Length)];
            switch (random.Next(6))
            {
                case 0 or 1:
                    open.Add((person, Guid.CreateVersion7()));
                    await house.Record(person, house.ReporterRef(other), house.Report(person, other, open[^1].Report, (CasePriority)random.Next(4)));
                    break;
                case 2 when open.Count > 0:
                    (UserId about, Guid report) = open[0];
                    open.RemoveAt(0);
                    await house.Record(about, other.Value, new ReportResolved(
                        report, ReportOutcome.NoViolation, house.ReporterRef(other), house.SealedByReporter(other, other.Value), house.SealedByReporter(other, "Nothing in it.")));
                    break;
                case 3:
                    await house.Record(person, null, new SignalRecorded(
                        person, (SignalKind)random.Next(7), "messaging", DateTimeOffset.UtcNow, random.NextDouble(), house.Seal(person, "30 in a minute")));
                    break;
                case 4:
                    await house.Record(person, other.Value, new SuspensionApplied(
                        Guid.CreateVersion7(), person, DateTimeOffset.UtcNow.AddDays(1), house.Basis(other), house.Statement(person)));
                    break;
                default:
                    await house.Record(person, null, new RiskAssessed(person, RiskLevel.Monitor, RiskLevel.Guide, 0.31, new RiskParts(0.5, 0, 0, 0.1)));
                    break;
            }
        }

        IReadOnlyList<ReadModel> models = SafetyHouse.Definition.ReadModels;
        var rebuilds = new Rebuilds(house.Log, models, TimeProvider.System);
        (await rebuilds.Request("Cases", "test", ct: Ct)).Refusal.ShouldBeNull();
        (await new RebuildWorker(house.Log, models, TimeProvider.System).RunOnce(Ct)).ShouldBeTrue();
        RebuildJob job = (await rebuilds.Show("Cases", Ct)).ShouldNotBeNull();
        job.Error.ShouldBeNull();
        (job.State, job.RowsDiffering).ShouldBe((RebuildState.Done, 0));
        (await house.Database.Scalar<long>("select count(*) from public.reports")).ShouldBeGreaterThan(20);
    }

    private static UserId Somebody() => new(Guid.CreateVersion7());

    private Task<List<ModerationActionRow>> Actions(UserId person) => house.Rows(new ModerationActionsTable(), $"user_id = '{person}'");

    private async Task<CaseRow> Case(UserId person) => (await CasesTable.Find(house.Log, CaseId.Of(person).Value, Ct)).ShouldNotBeNull();
}
