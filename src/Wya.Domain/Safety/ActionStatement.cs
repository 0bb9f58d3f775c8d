using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>
/// What every action must say before it is one: what, since and until when, on which facts, on what ground, whether a program
/// had a part in it, and how to appeal. All of it is asked for, so that a moderator is told of every part that is missing.
/// </summary>
public sealed record ActionStatement(
    string? What,
    DateTimeOffset? Since,
    DateTimeOffset? Until,
    string? Facts,
    GroundKind? GroundKind,
    string? Ground,
    Category? Category,
    bool? AutomationDetected,
    bool? AutomationDecided,
    string? Appeal)
{
    /// <param name="needsEnd">It must say until when.</param>
    public Refusal? Refuse(bool needsEnd, bool mayEnd, DateTimeOffset now)
    {
        string[] missing = [.. Missing(needsEnd)];
        if (missing.Length > 0)
        {
            return SafetyRefusals.StatementLacks(missing);
        }

        if (AutomationDecided!.Value)
        {
            return SafetyRefusals.AutomationDecided;
        }

        bool beginsNow = Since <= now + SafetyPolicy.ClockTolerance && Since >= now - SafetyPolicy.ActionBackdatedMax;
        bool ends = Until is null || (mayEnd && Until > now && Until <= Since + SafetyPolicy.SuspensionMax);
        return beginsNow && ends ? null : SafetyRefusals.ActionTermInvalid;
    }

    public ActionBasis Basis(Moderator moderator, bool fromReport) =>
        new(Category!.Value, GroundKind!.Value, Since!.Value.ToUniversalTime(), moderator.Ref, fromReport, AutomationDetected!.Value);

    public Sensitive<StatementOfReasons> For(ConcernedPerson person) => person.Seal(new StatementOfReasons(What!, Facts!, Ground!, Appeal!));

    private IEnumerable<string> Missing(bool needsEnd) =>
        from part in new (string Name, bool IsThere)[]
        {
            ("what", Says(What)), ("since", Since is not null), ("until", Until is not null || !needsEnd), ("facts", Says(Facts)),
            ("ground.kind", GroundKind is not null), ("ground.text", Says(Ground)), ("category", Category is not null),
            ("automation.detected", AutomationDetected is not null), ("automation.decided", AutomationDecided is not null), ("appeal", Says(Appeal)),
        }
        where !part.IsThere
        select part.Name;

    private static bool Says(string? part) => !string.IsNullOrWhiteSpace(part) && part.Length <= SafetyPolicy.StatementPartCharactersMax;
}
