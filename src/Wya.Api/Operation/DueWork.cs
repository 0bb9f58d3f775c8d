using System.Data;
using Npgsql;
using Wya.Api.Identity;
using Wya.Api.MyData;
using Wya.Domain.Identity;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>
/// What falls due by itself: birthdays, the ends of suspensions, and those of legal holds. At the start, and then for as long as the process runs.
/// An advisory lock keeps several processes from doing the same work at the same time; it saves work and no more, because
/// what a pass records can be recorded only once.
/// </summary>
internal sealed class DueWork(IdentityLog identity, HoldEnds holds, TimeProvider clock, ILogger<DueWork> log) : BackgroundService
{
    private const string LockName = "wya-due-work";

    private static readonly TimeSpan LookEvery = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LookAgainAfterFault = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Ages change only when a day has begun everywhere, and then a pass follows at once. This finds whoever registered in
    /// the very moment between the two, and is the longest that anybody who failed has to wait.
    /// </summary>
    private static readonly TimeSpan BirthdaysAtLeastEvery = TimeSpan.FromHours(1);

    private DateOnly? birthdaysLookedAtOn;
    private DateTimeOffset birthdaysNextAt;
    private TimeSpan birthdaysAgainAfter = LookEvery;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            bool worked = await Look(stoppingToken).ConfigureAwait(false);
            await Task.Delay(worked ? LookEvery : LookAgainAfterFault, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    /// <returns>False when it came to nothing: the database or the store of keys is away.</returns>
    private async Task<bool> Look(CancellationToken ct)
    {
        try
        {
            await using NpgsqlConnection connection = await identity.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
            if (!await Ask(connection, "pg_try_advisory_lock", ct).ConfigureAwait(false))
            {
                return true; // another process is at it
            }

            try
            {
                await Work(ct).ConfigureAwait(false);
                return true;
            }
            finally
            {
                if (connection.State == ConnectionState.Open)
                {
                    await Ask(connection, "pg_advisory_unlock", CancellationToken.None).ConfigureAwait(false);
                }
            }
        }
        catch (Exception failure) when (!ct.IsCancellationRequested)
        {
            log.LogWarning("What is due waits ({Kind}); it is tried again.", failure.GetType().Name);
            return false;
        }
    }

    private async Task Work(CancellationToken ct)
    {
        await People(ct).ConfigureAwait(false);
        (int ended, int destroyed) = await holds.Pass(clock.GetUtcNow(), ct).ConfigureAwait(false); // last: safety's database may be away
        if (ended + destroyed > 0)
        {
            log.LogInformation("{Ended} legal holds came to their end; {Destroyed} keys that holds had kept were destroyed.", ended, destroyed);
        }
    }

    private async Task People(CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        await Pass("suspension_ends", SuspensionEnds.Pass, now, ct).ConfigureAwait(false);
        DateOnly day = AgePolicy.DayEverywhere(now);
        if (day != birthdaysLookedAtOn || now >= birthdaysNextAt)
        {
            // Who failed is tried again after 1, 2, 4, … minutes: each time costs a pass over everybody.
            bool isWhole = await Pass("birthdays", Birthdays.Pass, now, ct).ConfigureAwait(false);
            birthdaysLookedAtOn = day;
            birthdaysNextAt = now + (isWhole ? BirthdaysAtLeastEvery : birthdaysAgainAfter);
            TimeSpan doubled = 2 * birthdaysAgainAfter;
            birthdaysAgainAfter = isWhole ? LookEvery : doubled < BirthdaysAtLeastEvery ? doubled : BirthdaysAtLeastEvery;
        }
    }

    /// <returns>It failed for nobody.</returns>
    private async Task<bool> Pass(
        string work, Func<LogDatabase, IEventStore, DateTimeOffset, CancellationToken, Task<DueOutcome>> pass, DateTimeOffset now, CancellationToken ct)
    {
        long start = clock.GetTimestamp();
        DueOutcome outcome = await pass(identity.Database, identity.Store, now, ct).ConfigureAwait(false);
        DueTelemetry.Passed(work, outcome.Done, outcome.Failed, clock.GetElapsedTime(start));
        if (outcome.Failed > 0)
        {
            log.LogWarning("A pass of {Work} failed for {Failed} ({Kinds}); it is tried again.", work, outcome.Failed, string.Join(", ", outcome.FailureKinds));
        }

        return outcome.Failed == 0;
    }

    private static async Task<bool> Ask(NpgsqlConnection connection, string function, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select {function}(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = LockName });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }
}
