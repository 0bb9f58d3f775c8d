using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

/// <summary>
/// Lets levels fall whose scores have, for as long as the process runs: a look an hour over those that are raised. What it
/// records has an id of the person and the day, so any number of processes may look.
/// </summary>
internal sealed class RiskPass(SafetyLog safety, TimeProvider clock, ILogger<RiskPass> log) : BackgroundService
{
    private const int PagePeople = 1_000;

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1);
    private static readonly TimeSpan LookAgainAfterFault = TimeSpan.FromMinutes(1);

    /// <returns>For how many an event was recorded.</returns>
    public static async Task<int> Look(LogDatabase database, IEventStore store, DateTimeOffset now, CancellationToken ct)
    {
        int fallen = 0;
        await MessageFloods.Forget(database, now, ct).ConfigureAwait(false);
        var last = default(UserId);
        IReadOnlyList<UserId> page;
        do
        {
            page = await RiskProfilesTable.Raised(database, last, PagePeople, ct).ConfigureAwait(false);
            foreach (UserId user in page)
            {
                DateTimeOffset? registeredAt = await PeopleTable.RegisteredAt(database, user, ct).ConfigureAwait(false);
                Guid command = EventIds.ForCommand("system", "fall of a level", $"{user} {DateOnly.FromDateTime(now.UtcDateTime):O}");
                Transacted<Case> done = await store.Transact(
                    Case.Stream, CaseId.Of(user).Value, state => AssessRisk.Decide(state, registeredAt, now), CommandMetadata.System(command), ct).ConfigureAwait(false);
                fallen += done.Recorded;
                last = user;
            }
        }
        while (page.Count == PagePeople);
        return fallen;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            TimeSpan wait = LookEvery;
            try
            {
                await Look(safety.Database, safety.Store, clock.GetUtcNow(), stoppingToken).ConfigureAwait(false);
            }
            catch (Exception away) when (!stoppingToken.IsCancellationRequested && Faults.IsAway(away))
            {
                log.LogWarning("Levels fall later ({Kind}).", away.GetType().Name);
                wait = LookAgainAfterFault;
            }

            await Task.Delay(wait, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
