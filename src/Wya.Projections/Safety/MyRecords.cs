using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <param name="Meaning">The level in words.</param>
/// <param name="Score">0 to 1, at this moment.</param>
/// <param name="Parts">What it is made of; they add up to it.</param>
/// <param name="MovedBy">The kinds of what was noticed, and never by whom or when.</param>
/// <param name="FallsAt">When the level falls by itself, if nothing new is noticed; left out at the lowest one, and while it is not in sight.</param>
/// <param name="Actions">Every decision, newest first.</param>
/// <param name="ReportsAreGrouped">The person's own reports wait together until somebody has looked at them.</param>
public sealed record MyRecord(
    RiskLevel Level,
    string Meaning,
    double Score,
    IReadOnlyList<MyRecordPart> Parts,
    IReadOnlyList<MyRecordSignal> MovedBy,
    DateTimeOffset? FallsAt,
    IReadOnlyList<MyRecordAction> Actions,
    bool ReportsAreGrouped = false);

/// <param name="Value">0 to 1; times the weight it is what it adds to the score.</param>
public sealed record MyRecordPart(string Part, double Weight, double Value, string Meaning);

/// <param name="Improve">What would help.</param>
public sealed record MyRecordSignal(SignalKind Kind, string Meaning, string Improve);

/// <summary>One decision, with all that its statement says.</summary>
/// <param name="Until">Left out when it has no end.</param>
/// <param name="InForce">It restricts something at this moment.</param>
/// <param name="Statement">Left out for what was decided before statements were kept.</param>
/// <param name="AppealUntil">Left out when it was appealed against, taken back, or the time is over.</param>
/// <param name="ReversedBecause">Left out while it stands.</param>
public sealed record MyRecordAction(
    Guid ActionId,
    string Kind,
    DateTimeOffset Since,
    DateTimeOffset? Until,
    bool InForce,
    bool IsReversed,
    ActionBasisShown? Basis = null,
    StatementOfReasons? Statement = null,
    string? Capability = null,
    TakenDownContent? Content = null,
    DateTimeOffset? AppealUntil = null,
    MyRecordAppeal? Appeal = null,
    string? ReversedBecause = null);

/// <summary>As it stands in the decision, without who decided.</summary>
public sealed record ActionBasisShown(Category Category, GroundKind Ground, bool FromReport, bool AutomationDetected, bool AutomationDecided);

/// <param name="Words">The person's own.</param>
/// <param name="Outcome">Left out while it is open.</param>
public sealed record MyRecordAppeal(Guid AppealId, DateTimeOffset SubmittedAt, string? Words, AppealOutcome? Outcome = null, string? Explanation = null);

/// <summary>
/// Reads what safety holds on somebody, for themselves: from their own case alone, with what is sealed for them opened. What
/// others said about them, and who, is not theirs and not in it.
/// </summary>
public static class MyRecords
{
    /// <summary>How far ahead it is looked when a level falls.</summary>
    private const int DaysAheadMax = 365;

    public static async Task<MyRecord> Read(LogDatabase safety, IEventStore store, UserId user, DateTimeOffset now, CancellationToken ct = default)
    {
        DateTimeOffset? registeredAt = await PeopleTable.RegisteredAt(safety, user, ct).ConfigureAwait(false);
        Case state = Case.Empty;
        Dictionary<Guid, MyRecordAction> actions = [];
        await foreach (RecordedEvent recorded in store.ReadStream(CaseId.Of(user).Value, ct: ct).ConfigureAwait(false))
        {
            var fact = (CaseEvent)recorded.Data;
            state = Case.Evolve(state, fact);
            Take(actions, fact, recorded.Time);
        }

        RiskParts parts = Risk.Parts(state, registeredAt, now);
        return new MyRecord(
            state.Level,
            RecordWords.Of(state.Level),
            Risk.Score(parts),
            RecordWords.Of(parts),
            [.. state.Signals.Where(signal => RiskRules.ValueAt(signal.Value, now) >= 0.01).Select(signal => RecordWords.Of(signal.Key))],
            FallsAt(state, registeredAt, now),
            [.. actions.Values.OrderByDescending(action => action.Since).Select(action => Shown(action, now))],
            state.GroupedAs is not null);
    }

    private static void Take(Dictionary<Guid, MyRecordAction> actions, CaseEvent fact, DateTimeOffset time)
    {
        switch (fact)
        {
            case WarningIssued warned:
                actions[warned.ActionId] = New(warned.ActionId, CaseActionKind.Warn, warned.Basis, warned.Statement, time);
                break;
            case RestrictionApplied applied:
                actions[applied.RestrictionId] = New(applied.RestrictionId, CaseActionKind.Mute, applied.Basis, applied.Statement, time) with { Until = applied.Until };
                break;
            case CapabilityRestricted taken:
                actions[taken.ActionId] = New(taken.ActionId, CaseActionKind.Restrict, taken.Basis, taken.Statement, time) with
                {
                    Until = taken.Until,
                    Capability = taken.Capability,
                };
                break;
            case SuspensionApplied suspended:
                actions[suspended.ActionId] = New(suspended.ActionId, CaseActionKind.Suspend, suspended.Basis, suspended.Statement, time) with { Until = suspended.Until };
                break;
            case BanApplied banned:
                actions[banned.ActionId] = New(banned.ActionId, CaseActionKind.Ban, banned.Basis, banned.Statement, time);
                break;
            case ContentTakenDown down:
                actions[down.ActionId] = New(down.ActionId, CaseActionKind.TakeDown, down.Basis, down.Statement, time) with { Content = down.Content };
                break;
            case ActionReversed reversed when actions.TryGetValue(reversed.RestrictionId, out MyRecordAction? action):
                actions[action.ActionId] = action with { IsReversed = true, ReversedBecause = reversed.Reason?.ValueOr("") };
                break;
            case AppealSubmitted appeal when actions.TryGetValue(appeal.ActionId, out MyRecordAction? action):
                actions[action.ActionId] = action with { Appeal = new MyRecordAppeal(appeal.AppealId, time, Opened(appeal.Words)) };
                break;
            case AppealResolved resolved when actions.TryGetValue(resolved.ActionId, out MyRecordAction? action) && action.Appeal is { } open:
                actions[action.ActionId] = action with { Appeal = open with { Outcome = resolved.Outcome, Explanation = Opened(resolved.Explanation) } };
                break;
        }
    }

    /// <summary>They were told when it was recorded, so that is when the time for an appeal begins.</summary>
    private static MyRecordAction New(Guid id, CaseActionKind kind, ActionBasis? basis, Sensitive<StatementOfReasons>? statement, DateTimeOffset time) => new(
        id,
        EnumText.Of(kind),
        basis?.Since ?? time,
        null,
        InForce: false,
        IsReversed: false,
        basis is null ? null : new ActionBasisShown(basis.Category, basis.Ground, basis.FromReport, basis.AutomationDetected, basis.AutomationDecided),
        statement is null ? null : Opened(statement),
        AppealUntil: time + SafetyPolicy.AppealWithin);

    private static MyRecordAction Shown(MyRecordAction action, DateTimeOffset now) => action with
    {
        InForce = !action.IsReversed && action.Kind != EnumText.Of(CaseActionKind.Warn) && action.Since <= now && !(action.Until <= now),
        AppealUntil = action.IsReversed || action.Appeal is not null || action.AppealUntil <= now ? null : action.AppealUntil,
    };

    private static T? Opened<T>(Sensitive<T> value)
        where T : class => value.IsErased ? null : value.ValueOr(null!);

    private static DateTimeOffset? FallsAt(Case state, DateTimeOffset? registeredAt, DateTimeOffset now)
    {
        for (int day = 0; state.Level > RiskLevel.Monitor && day <= DaysAheadMax; day++)
        {
            if (Risk.LevelOf(Risk.Score(Risk.Parts(state, registeredAt, now.AddDays(day)))) < state.Level)
            {
                return now.AddDays(day);
            }
        }

        return null;
    }
}
