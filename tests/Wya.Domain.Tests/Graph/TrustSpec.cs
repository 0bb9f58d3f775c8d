using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Tests.Graph;

/// <summary>One person's trust, as it is recorded and read back.</summary>
internal sealed class TrustSpec
{
    public static readonly UserId Mara = new(Guid.Parse("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e"));
    public static readonly Guid Mute = Guid.Parse("0197a3d0-77aa-7b11-9c00-1234567890ab");

    public TrustLedger Ledger { get; private set; } = TrustLedger.Neutral;

    public int Recorded { get; private set; }

    public static DateTimeOffset Day(int month, int day, int hour = 12) => new(2026, month, day, hour, 0, 0, TimeSpan.Zero);

    public TrustSpec Happens(TrustEvidence evidence, DateTimeOffset at, int times = 1, Guid? action = null)
    {
        for (int i = 0; i < times; i++)
        {
            Decision<TrustEvent> decision = UpdateTrust.Decide(Ledger, new UpdateTrust(Mara, evidence, at, action));
            Take(decision);
        }

        return this;
    }

    public TrustSpec Take(Decision<TrustEvent> decision)
    {
        Ledger = TrustLedger.Stream.Fold(Ledger, decision.Events);
        Recorded += decision.Events.Count;
        return this;
    }

    public TrustPoint At(DateTimeOffset time) => Ledger.Course.At(time);

    public decimal Score(DateTimeOffset time) => At(time).Score;
}
