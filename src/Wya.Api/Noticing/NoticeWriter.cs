using Wya.Api.Safety;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Noticing;

/// <summary>Records what was noticed, one by one, in the order in which it was; while safety is away it tries again.</summary>
internal sealed class NoticeWriter(Notices notices, SafetyLog safety, TimeProvider clock, ILogger<NoticeWriter> log) : BackgroundService
{
    private static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private readonly SignalWriter signals = new(safety.Store, safety.Database);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (Notice notice in notices.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            while (!await Write(notice, stoppingToken).ConfigureAwait(false))
            {
                await Task.Delay(AgainAfter, clock, stoppingToken).ConfigureAwait(false);
            }
        }
    }

    /// <returns>False when it is to be tried again.</returns>
    private async Task<bool> Write(Notice notice, CancellationToken ct)
    {
        try
        {
            (string source, string detail) = notice.Kind switch
            {
                SignalKind.LocationAnomaly => ("presence", "a change of place at an impossible speed"),
                SignalKind.CrossLayerAttempt => ("identity", "a person of another age layer was addressed"),
                _ => throw new InvalidOperationException($"{notice.Kind} is noticed in a log."),
            };
            await signals.Notice(
                SignalRules.IdOf(notice.User, notice.Kind, notice.At),
                notice.User,
                notice.Kind,
                source,
                notice.At,
                SignalRules.WeightOf(notice.Kind),
                detail,
                ct).ConfigureAwait(false);
            return true;
        }
        catch (Exception away) when (!ct.IsCancellationRequested && (Faults.IsTransient(away) || away is KeysUnavailableException))
        {
            return false;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            log.LogError("A notice was not recorded: {Kind}.", failure.GetType().Name);
            return true;
        }
    }
}
