using Wya.Api.Messaging.Live;
using Wya.Api.Safety;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Noticing;

/// <summary>
/// Shows kind words to the person whom they are for, over the live connections of this process, as safety's log records them.
/// Whoever is not connected finds them at <c>GET /me/overlays</c>.
/// </summary>
internal sealed class OverlayWatch(SafetyLog safety, LiveFeeds feeds, ILogger<OverlayWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await using var tail = new LogTail(safety.Database, Take, logger: log);
        tail.Start();
        await Task.Delay(Timeout.Infinite, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private Task Take(TailPage page, CancellationToken ct)
    {
        foreach (RecordedEvent recorded in page.Events)
        {
            switch (recorded.Data)
            {
                case SoftIntervention shown:
                    KindWord word = KindWords.Of(shown.Kind);
                    Offer(shown.UserId.Value, FrameTypes.OverlayShown, new OverlayShownData(shown.InterventionId, word.Kind, word.Title, word.Text));
                    break;
                case InterventionDismissed dismissed:
                    Offer(dismissed.UserId.Value, FrameTypes.OverlayDismissed, new OverlayDismissedData(dismissed.InterventionId));
                    break;
            }
        }

        return Task.CompletedTask;
    }

    private void Offer(Guid user, string type, object data) => feeds.Offer(new Delivery(user, Frame.Of(null, type, data)));
}
