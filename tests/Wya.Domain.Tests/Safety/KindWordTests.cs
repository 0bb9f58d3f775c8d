using Shouldly;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Xunit;
using static Wya.Domain.Tests.Safety.IntakeSpec;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Domain.Tests.Safety;

public sealed class KindWordTests
{
    /// <summary>Of somebody at guide, to whom nothing was said so far.</summary>
    private static readonly Case Guided = Given(
        new SignalRecorded(Robin, SignalKind.Content, "scanner", Now.AddDays(-1), 0.9),
        new RiskAssessed(Robin, RiskLevel.Monitor, RiskLevel.Guide, 0.36, new RiskParts(0.9, 0, 0, 0), Now.AddDays(-1)));

    [Fact]
    public void Below_guide_nothing_is_said() => Words(Given(), SignalKind.MessageFlood).ShouldBeEmpty();

    [Theory]
    [InlineData(SignalKind.MessageFlood, InterventionKind.SlowDown)]
    [InlineData(SignalKind.RequestFlood, InterventionKind.SlowDown)]
    [InlineData(SignalKind.Content, InterventionKind.MindTheTone)]
    [InlineData(SignalKind.ManyBlocks, InterventionKind.RespectDistance)]
    [InlineData(SignalKind.LocationAnomaly, InterventionKind.RespectDistance)]
    [InlineData(SignalKind.CrossLayerAttempt, InterventionKind.RespectDistance)]
    [InlineData(SignalKind.ReportFlood, InterventionKind.ReportWithCare)]
    public void From_guide_on_a_kind_word_fits_what_was_noticed(SignalKind noticed, InterventionKind word) =>
        Words(Guided, noticed).ShouldHaveSingleItem().Kind.ShouldBe(word);

    [Fact]
    public void There_is_one_a_day_and_never_two_of_a_kind_open()
    {
        Case told = Guided.Notices(SignalKind.MessageFlood);
        told.OpenKinds.Values.ShouldBe([InterventionKind.SlowDown]);
        Words(told, SignalKind.Content, Now.AddHours(23)).ShouldBeEmpty("one a day");
        Words(told, SignalKind.RequestFlood, Now.AddDays(2)).ShouldBeEmpty("it is still open");
        Words(told, SignalKind.Content, Now.AddDays(1)).ShouldHaveSingleItem().Kind.ShouldBe(InterventionKind.MindTheTone);

        Case read = told.Then(DismissOverlay.Decide(told, new DismissOverlay(told.OpenInterventions.Single(), WasShown: true)));
        read.OpenKinds.ShouldBeEmpty();
        Words(read, SignalKind.RequestFlood, Now.AddHours(1)).ShouldBeEmpty("one a day, read or not");
        Words(read, SignalKind.RequestFlood, Now.AddDays(1)).ShouldHaveSingleItem();
    }

    [Fact]
    public void To_dismiss_what_was_shown_succeeds_as_often_as_it_is_asked_and_nobody_dismisses_anothers()
    {
        Case told = Guided.Notices(SignalKind.MessageFlood);
        Case read = told.Then(DismissOverlay.Decide(told, new DismissOverlay(told.OpenInterventions.Single(), WasShown: true)));
        DismissOverlay.Decide(read, new DismissOverlay(told.OpenInterventions.Single(), WasShown: true)).Refusal.ShouldBeNull();
        DismissOverlay.Decide(told, new DismissOverlay(Id(3), WasShown: false)).Refusal.ShouldBe(ReportRefusals.OverlayNotFound);
    }

    [Fact]
    public void Each_kind_has_words_that_say_what_is_not_the_case()
    {
        KindWords.All.Select(word => word.Kind).ShouldBe(Enum.GetValues<InterventionKind>(), ignoreOrder: true);
        KindWords.All.ShouldAllBe(word => word.Title.Length < 40 && word.Text.Length < 400);
        KindWords.All.Where(word => word.Kind != InterventionKind.ReportWithCare).ShouldAllBe(word => word.Text.Contains("Nothing is restricted"));
    }

    private static SoftIntervention[] Words(Case state, SignalKind kind, DateTimeOffset? at = null) =>
        [.. RecordSignal.Decide(state, Signal(kind, at, 0.4), LongAgo, at ?? Now).Events.OfType<SoftIntervention>()];
}
