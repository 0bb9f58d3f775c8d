using System.Globalization;
using Wya.Api.Identity;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.EventStore;
using Wya.Projections.Identity;
using Wya.Projections.Safety;

namespace Wya.Api.MyData;

/// <summary>
/// Records that a legal hold's time has come, and destroys what holds have kept of people who are erased and on whom none
/// stands any more. It may be done again by anybody: an end is recorded once, and a key is destroyed once.
/// </summary>
internal sealed class HoldEnds(SafetyLog safety, IdentityLog identity, Erasures erasures)
{
    /// <returns>How many holds were ended, and how many keys destroyed.</returns>
    public async Task<(int Ended, int Destroyed)> Pass(DateTimeOffset now, CancellationToken ct)
    {
        int ended = 0;
        foreach (HoldRow hold in await HoldsTable.Expired(safety.Database, now, ct).ConfigureAwait(false))
        {
            Transacted<Case> done = await safety.Store.Transact(
                Case.Stream,
                hold.CaseId,
                state => EndHold.Decide(state, new EndHold(hold.HoldId)),
                CommandMetadata.System(EventIds.ForCommand("system", "end of hold", string.Create(CultureInfo.InvariantCulture, $"{hold.HoldId:n} {hold.Until:O}"))),
                ct).ConfigureAwait(false);
            ended += done.Recorded;
        }

        List<UserId> erased = [];
        foreach (UserId held in await HoldsTable.EverHeld(safety.Database, ct).ConfigureAwait(false))
        {
            if (await ErasuresTable.Of(identity.Database, held, ct).ConfigureAwait(false) is { ErasedAt: not null })
            {
                erased.Add(held);
            }
        }

        return (ended, erased.Count == 0 ? 0 : await erasures.DestroyKeys(erased, ct).ConfigureAwait(false));
    }
}
