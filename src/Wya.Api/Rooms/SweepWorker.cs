using Wya.EventStore.Postgres;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

/// <summary>Removes what broken publications left behind, one look an hour, in any number of processes.</summary>
internal sealed class SweepWorker(RoomsLog rooms, Settings settings, TimeProvider clock, ILogger<SweepWorker> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var sweep = new RoomSweep(rooms.Database, rooms.Store, rooms.Objects, clock);
        while (true)
        {
            try
            {
                Swept swept = await sweep.Run(settings.OrphanAge, stoppingToken).ConfigureAwait(false);
                if (swept.Reservations + swept.Returned > 0)
                {
                    log.LogInformation(
                        "{Reservations} publications given up, {Objects} objects removed with them, {Returned} that had come back.",
                        swept.Reservations,
                        swept.Objects,
                        swept.Returned);
                }
            }
            catch (Exception failure) when (Faults.IsAway(failure) || failure is IOException)
            {
                log.LogWarning("The sweep of rooms waits: {Kind}. It goes on where it stands.", failure.GetType().Name);
            }

            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(false);
        }
    }
}
