using System.Globalization;
using Microsoft.AspNetCore.Components;
using Wya.Api.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Console.Pages;

public sealed partial class CasePage
{
    private static readonly (string Kind, string Name)[] Kinds =
    [
        ("warn", "Warn"), ("mute", "Mute"), ("restrict", "Restrict one thing"), ("take_down", "Take down a message or a room"), ("suspend", "Suspend"), ("ban", "Propose a ban"),
    ];

    private CaseAnswer seen = null!;
    private ShowCaseTimelineEndpoint.Timeline timeline = null!;

    [Parameter]
    [EditorRequired]
    public Guid CaseId { get; set; }

    [Parameter]
    public ViewPurpose Why { get; set; } = ViewPurpose.Investigation;

    [Parameter]
    public string Done { get; set; } = "";

    [Parameter]
    public string Cursor { get; set; } = "";

    /// <summary>What was sent and refused, to be shown again.</summary>
    [Parameter]
    public IFormCollection? Typed { get; set; }

    /// <summary>Which form of the page that was, by its address.</summary>
    [Parameter]
    public string? Sent { get; set; }

    [Parameter]
    public string? Code { get; set; }

    [Parameter]
    public string? Detail { get; set; }

    private bool IsMine => seen.ClaimedNow?.IsMine == true;

    private string WhoseItIs => seen.ClaimedNow switch
    {
        null => "Nobody has this case",
        { IsMine: true } mine => $"This case is yours {Left(mine.Until)}",
        { } others => $"Moderator {Short(others.By)} has this case {Left(others.Until)}",
    };

    private IEnumerable<(Guid Id, string Name)> ReportLines => seen.OpenReports.Select(report => (report.ReportId, $"{Capital(report.Reporter)}: {Words.Say(report.Category).ToLowerInvariant()}"));

    protected override async Task Load()
    {
        seen = await Api.Get<CaseAnswer>($"/moderation/cases/{CaseId}", Why);
        timeline = await Api.Get<ShowCaseTimelineEndpoint.Timeline>(
            $"/moderation/cases/{CaseId}/timeline?limit=20{(Cursor.Length > 0 ? $"&cursor={Uri.EscapeDataString(Cursor)}" : "")}", Why);
    }

    private static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static string Share(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Short(Guid? pseudonym) => pseudonym?.ToString()[..8] ?? "unknown";

    private static string SayKind(string kind) => Capital(kind.Replace('_', ' '));

    private static string KindOf(ReportSubjectKind kind) => kind switch
    {
        ReportSubjectKind.Person => "the person",
        ReportSubjectKind.Message => "a message",
        ReportSubjectKind.Conversation => "a conversation",
        ReportSubjectKind.Room => "a room",
        _ => "how they use where people are",
    };

    private string Left(DateTimeOffset until) =>
        $"for {Spans.Of(until - Clock.GetUtcNow())} more, until {until.UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture)}";

    private string At(string form) => CasePages.Address(CaseId, form);

    private string KindOf(Guid actionId) =>
        seen.Actions.FirstOrDefault(action => action.ActionId == actionId) is { } action ? SayKind(action.Kind).ToLowerInvariant() : "an action";

    private bool IsInForce(CaseAnswer.Action action) => action.ReversedAt is null && (action.Until is null || action.Until > Clock.GetUtcNow()) && action.Kind != "warn";

    private string StateOf(CaseAnswer.Action action) => action switch
    {
        { AppealOutcome: AppealOutcome.Overturned } => "Taken back on appeal",
        { ReversedAt: not null } => "Taken back",
        { AppealOutcome: AppealOutcome.Upheld } => "Stands after an appeal",
        { Kind: "warn" } => "On the record",
        { Until: { } until } when until <= Clock.GetUtcNow() => "Over",
        { Until: { } until } => $"In force for {Spans.Of(until - Clock.GetUtcNow())} more",
        _ => "In force",
    };

    private string TypedText(string name) => Typed?[name].ToString() ?? "";
}
