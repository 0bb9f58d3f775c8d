using Wya.Domain.Identity.Events;

namespace Wya.Domain.Safety.Events;

/// <summary>A case's stream. Not the person's own id, which names streams of other domains.</summary>
public readonly record struct CaseId(Guid Value)
{
    public static CaseId Of(UserId user) => new(EventStore.EventIds.ForCommand("system", "case", user.Value.ToString("n")));

    public override string ToString() => Value.ToString();
}

/// <summary>What a report, and a decision, is about: the rules of the place.</summary>
public enum Category
{
    ChildSafety,
    Threats,
    SelfHarm,
    SexualContent,
    Harassment,
    Hate,
    LocationAbuse,
    Privacy,
    Impersonation,
    Scam,
    Spam,
    IllegalGoods,
    FalseReporting,
    Other,
}

/// <summary>The lower, the sooner.</summary>
public enum CasePriority
{
    Immediate,
    High,
    Medium,
    Low,
}

public enum ReportSubjectKind
{
    Person,
    Message,
    Conversation,
    Room,
    LocationBehaviour,
}

public enum ReportOutcome
{
    /// <summary>Something was done about it.</summary>
    Upheld,

    /// <summary>Made in good faith, and no rule was broken.</summary>
    NoViolation,

    /// <summary>Made to harm: it lowers the reporter's accuracy.</summary>
    FalseReport,
}

/// <param name="Reporter">Who.</param>
/// <param name="Words">As the reporter put it; optional.</param>
public sealed record ReporterStatement(UserId Reporter, string? Words = null);

/// <summary>What was reported, as the reporter saw it at that moment.</summary>
/// <param name="Kind">What it shows.</param>
/// <param name="TakenAt">When.</param>
/// <param name="Items">In their order; the one that was reported is marked.</param>
/// <param name="Subject">The ids by which moderators find it.</param>
public sealed record Evidence(ReportSubjectKind Kind, DateTimeOffset TakenAt, IReadOnlyList<EvidenceItem> Items, EvidenceSubject Subject);

/// <param name="Author"><c>reported</c>, <c>reporter</c> or <c>other</c>: nobody else is named.</param>
public sealed record EvidenceItem(string Author, string Text, DateTimeOffset? At = null, bool IsReported = false);

public sealed record EvidenceSubject(Guid? ConversationId = null, Guid? MessageId = null, Guid? RoomId = null, int? Version = null);

public enum SignalKind
{
    /// <summary>A scanner's rule matched something that was written.</summary>
    Content,
    MessageFlood,
    RequestFlood,
    ManyBlocks,
    LocationAnomaly,
    CrossLayerAttempt,
    ReportFlood,
}

public enum RiskLevel
{
    Monitor,
    Guide,
    Intervene,
    Protect,
}

/// <summary>Each 0 to 1, before its weight.</summary>
public sealed record RiskParts(double Signals, double History, double Context, double Age);

public enum InterventionKind
{
    SlowDown,
    MindTheTone,
    RespectDistance,
    ReportWithCare,
}

public enum RestrictionKind
{
    /// <summary>May read, and write to nobody.</summary>
    Mute,
}

public enum GroundKind
{
    Rule,
    Law,
}

/// <summary>What of a decision stands in the clear: it quotes nothing, and names nobody but by pseudonym.</summary>
/// <param name="Category">The rule that was broken.</param>
/// <param name="Ground">Whether it rests on the rules of the place or on a law, which the statement names.</param>
/// <param name="Since">From when it holds.</param>
/// <param name="By">The pseudonym of the moderator who decided.</param>
/// <param name="FromReport">Somebody reported it; else it was noticed here.</param>
/// <param name="AutomationDetected">A program drew attention to it.</param>
/// <param name="AutomationDecided">Always false: people decide. Kept because the law asks.</param>
public sealed record ActionBasis(
    Category Category, GroundKind Ground, DateTimeOffset Since, Guid By, bool FromReport, bool AutomationDetected, bool AutomationDecided = false);

/// <summary>What the person concerned reads.</summary>
/// <param name="What">Was decided.</param>
/// <param name="Facts">On which it rests.</param>
/// <param name="Ground">The rule or the law, and why it fits.</param>
/// <param name="Appeal">How to have it looked at again.</param>
public sealed record StatementOfReasons(string What, string Facts, string Ground, string Appeal);

public enum TakenDownKind
{
    Message,
    RoomVersion,
}

public sealed record TakenDownContent(
    TakenDownKind Kind, Guid? ConversationId = null, Guid? MessageId = null, Guid? RoomId = null, int? Version = null);

public enum AppealOutcome
{
    /// <summary>The decision stands.</summary>
    Upheld,

    /// <summary>The decision was wrong, and is taken back.</summary>
    Overturned,
}

public enum HoldClass
{
    CourtOrder,
    CriminalInvestigation,
    ChildProtection,
    OwnDefence,
}

public enum ViewKind
{
    Queue,
    Case,
    Evidence,
    Reporter,
    Appeals,
    Audit,
    Figures,
    Statements,
    Holds,
}

/// <summary>Why somebody looks.</summary>
public enum ViewPurpose
{
    Triage,
    Investigation,
    Decision,
    Appeal,
    QualityReview,
    Legal,
}
