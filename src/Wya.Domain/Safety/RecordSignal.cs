using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <param name="Source">The domain that it was noticed in, or <c>scanner</c>.</param>
/// <param name="At">When it happened there.</param>
/// <param name="Weight">0 to 1.</param>
public sealed record RecordSignal(UserId User, SignalKind Kind, string Source, DateTimeOffset At, double Weight, Sensitive<string>? Detail = null)
{
    public static Decision<CaseEvent> Decide(Case state, RecordSignal command, DateTimeOffset? registeredAt, DateTimeOffset now) => AssessRisk.After(
        state,
        command.User,
        [new SignalRecorded(command.User, command.Kind, command.Source, command.At, command.Weight, command.Detail)],
        command.Kind,
        registeredAt,
        now);
}
