using Wya.Api.Documentation;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

/// <summary>The case of the examples in the API's description.</summary>
internal static class ExampleCase
{
    public static readonly Guid Case = CaseId.Of(ExamplePeople.MaraId).Value;

    public static readonly Guid Action = new("0197a3d0-77aa-7b11-9c00-123456780003");

    public static readonly Guid Report = new("0197a3d0-77aa-7b11-9c00-123456780002");

    public static readonly Guid Appeal = new("0197a3d0-77aa-7b11-9c00-12345678000b");

    public static readonly Guid Proposal = new("0197a3d0-77aa-7b11-9c00-123456780005");

    /// <summary>A moderator's pseudonym.</summary>
    public static readonly Guid Pseudonym = new("8e1f3a5c-7b9d-8f2e-a4c6-d8e0f1a3b5c7");

    public const string Reason = "Nothing in it breaks a rule.";

    public static readonly AnsweredReport Answered = new(Report, ReportOutcome.Upheld, "A moderator looked at it and acted.");

    public static readonly TakeActionEndpoint.Body Act = new(
        CaseActionKind.Mute,
        "You can read and not write for three days.",
        ExamplePeople.Then,
        ExamplePeople.Then.AddDays(3),
        "Insults in a conversation, after a warning.",
        new TakeActionEndpoint.Ground(GroundKind.Rule, "Rule 3: no harassment."),
        Category.Harassment,
        new TakeActionEndpoint.Automation(Detected: false, Decided: false),
        "In your record, within six months.",
        Reports: [Answered]);
}
