using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>
/// Somebody reports more in a day than people do. Their reports go on being taken, and wait together until a moderator has
/// looked: a matter of their own case, of which there is one at a time.
/// </summary>
public sealed record GroupReports(UserId Reporter, Guid ReporterRef, DateTimeOffset At, Sensitive<string>? Detail = null)
{
    public static Decision<CaseEvent> Decide(Case state, GroupReports command, DateTimeOffset? registeredAt, DateTimeOffset now) =>
        state.GroupedAs is not null
            ? Decision<CaseEvent>.Nothing
            : AssessRisk.After(
                state,
                command.Reporter,
                [
                    new SignalRecorded(
                        command.Reporter, SignalKind.ReportFlood, "safety", command.At, SignalRules.WeightOf(SignalKind.ReportFlood), command.Detail),
                    new ReportsGrouped(command.Reporter, command.ReporterRef),
                ],
                SignalKind.ReportFlood,
                registeredAt,
                now);
}
