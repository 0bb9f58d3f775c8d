using Wya.EventStore.Postgres;

namespace Wya.Api.MyData;

/// <summary>Carries out the erasures that are due, one look a second, in any number of processes.</summary>
internal sealed class ErasureWorker(Erasures erasures, ReappliedErasures reapplied, TimeProvider clock, ILogger<ErasureWorker> log) : BackgroundService
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        string told = "";
        while (true)
        {
            try
            {
                if (reapplied.AreDone)
                {
                    (int underWay, IReadOnlyList<string> waitsFor) = await erasures.Advance(stoppingToken).ConfigureAwait(false);
                    string now = string.Join("; ", waitsFor.Order(StringComparer.Ordinal));
                    if (now != told)
                    {
                        log.LogInformation("{Count} erasures under way. Waiting: {Reasons}.", underWay, now.Length == 0 ? "nothing" : now);
                        told = now;
                    }
                }
            }
            catch (Exception failure) when (Faults.IsAway(failure) || failure is ShredLedgerException)
            {
                log.LogWarning("Erasures wait: {Kind}. They go on where they stand.", failure.GetType().Name);
            }

            await Task.Delay(LookEvery, clock, stoppingToken).ConfigureAwait(false);
        }
    }
}
