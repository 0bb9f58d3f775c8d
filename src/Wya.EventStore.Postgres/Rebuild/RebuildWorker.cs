namespace Wya.EventStore.Postgres;

/// <summary>
/// Carries out what <see cref="Rebuilds"/> records, one job at a time, in any process that has the read models' code.
/// Several may run on one database. A job of a process that died is taken up by another where its rows stand.
/// </summary>
public sealed class RebuildWorker(LogDatabase database, IEnumerable<ReadModel> models, TimeProvider clock, RebuildOptions? options = null)
{
    private readonly Dictionary<string, ReadModel> known = models.ToDictionary(model => model.Name, StringComparer.Ordinal);
    private readonly RebuildOptions options = options ?? new RebuildOptions();
    private readonly string name = $"{Environment.MachineName}/{Environment.ProcessId}";

    /// <summary>Works until cancelled.</summary>
    public async Task Run(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            bool worked = false;
            try
            {
                worked = await RunOnce(ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (Faults.IsTransient(failure))
            {
                // The job stays as it is, and is taken up again.
            }

            if (!worked)
            {
                await Task.Delay(options.PollInterval, clock, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>
    /// Takes up one job that nobody works on and carries it to its end, or until it is paused or cancelled.
    /// False when there was none.
    /// </summary>
    public Task<bool> RunOnce(CancellationToken ct) => throw new NotImplementedException($"{database} {known.Count} {name}");
}
