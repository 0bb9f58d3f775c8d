using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Graph;

public sealed record EraseTrust(UserId UserId)
{
    public static Decision<TrustEvent> Decide(TrustLedger ledger, EraseTrust command) =>
        ledger.IsErased ? Decision<TrustEvent>.Nothing : new TrustErased(command.UserId);
}
