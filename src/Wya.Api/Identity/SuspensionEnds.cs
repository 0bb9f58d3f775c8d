using System.Globalization;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>
/// Clears suspensions away whose end has passed. Nobody waits for it: whoever asks for a status is told the one of the
/// moment. It makes the end an event, so that other domains and the person's history hear of it.
/// </summary>
internal static class SuspensionEnds
{
    private const int PagePeople = 1_000;

    public static async Task<DueOutcome> Pass(LogDatabase identity, IEventStore store, DateTimeOffset now, CancellationToken ct)
    {
        var pass = new DuePass(store);
        var last = default(UserId);
        IReadOnlyList<SuspensionRow> page;
        do
        {
            page = await SuspensionsTable.Ended(identity, now, last, PagePeople, ct).ConfigureAwait(false);
            await pass.Send(
                page,
                suspension => suspension.UserId,
                suspension => EventIds.ForCommand("system", "end of suspension", string.Create(CultureInfo.InvariantCulture, $"{suspension.UserId} {suspension.Until:O}")),
                (_, user) => EndSuspension.Decide(user, new EndSuspension(), now),
                ct).ConfigureAwait(false);
            last = page.Count > 0 ? new UserId(page[^1].UserId) : last;
        }
        while (page.Count == PagePeople);
        return pass.Outcome;
    }
}
