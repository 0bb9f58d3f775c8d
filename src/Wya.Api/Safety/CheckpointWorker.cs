using System.Data;
using System.Security.Cryptography;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

/// <summary>
/// Reads again what was appended to safety's log, makes entries, leaves and chain anew from the stored bytes, and when they are
/// what the database says, signs a checkpoint and adds it to the file outside. When they are not, it signs nothing more and
/// says so: in the log, in a metric, in the process's health. Any number of processes may have one; an advisory lock lets
/// one work, and saves no more than work: the file takes a checkpoint of a size once.
/// Invariant: what is signed was verified by this process from the first event on, so a start reads the whole log once.
/// Memory: a hash for each bit of the log's size.
/// </summary>
internal sealed class CheckpointWorker(
    SafetyLog safety, CheckpointFile file, KeyRing ring, AuditWatch watch, Settings settings, TimeProvider clock, ILogger<CheckpointWorker> log)
    : BackgroundService
{
    private const string LockName = "wya-audit-checkpoints";

    private readonly ChainedLog chained = new(safety.Database.DataSource, safety.Database.LogSchema);
    private LogWalk walk = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!file.IsKept)
        {
            log.LogWarning("No checkpoints are kept (Wya__Safety__CheckpointFile): who may do everything in the safety database could change its log unseen.");
            return;
        }

        while (true)
        {
            try
            {
                await Look(stoppingToken).ConfigureAwait(false);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested && (Faults.IsAway(failure) || failure is InvalidOperationException or CheckpointsUnavailableException))
            {
                log.LogWarning("Checkpoints wait ({Kind}).", failure.GetType().Name);
            }

            await Task.Delay(settings.CheckpointEvery, clock, stoppingToken).ConfigureAwait(false);
        }
    }

    private async Task Look(CancellationToken ct)
    {
        await using NpgsqlConnection connection = await safety.Database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        if (!await Ask(connection, "pg_try_advisory_lock", ct).ConfigureAwait(false))
        {
            return; // another process is at it
        }

        try
        {
            await Advance(ct).ConfigureAwait(false);
        }
        finally
        {
            if (connection.State == ConnectionState.Open)
            {
                await Ask(connection, "pg_advisory_unlock", CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Verifies what is new, and signs it.</summary>
    private async Task Advance(CancellationToken ct)
    {
        Checkpoint? newest = (await file.Last(ct).ConfigureAwait(false))?.Says;
        (long last, long head) = await chained.End(ct).ConfigureAwait(false);
        if (last < Math.Max(walk.Position, newest?.Size ?? 0))
        {
            Alarm(new AuditFinding(AuditFault.ShorterThanCheckpoint, last + 1, Math.Max(walk.Position, newest?.Size ?? 0)));
            return;
        }

        await foreach (ChainedPosition row in chained.Read(walk.Position, last, ct).ConfigureAwait(false))
        {
            if (walk.Take(row, head) is [var wrong, ..])
            {
                Alarm(wrong);
                walk = new LogWalk(); // from the first event again, so that the alarm goes on for as long as it is true
                return;
            }

            if (walk.Position == newest?.Size && !walk.Agrees(newest))
            {
                Alarm(new AuditFinding(AuditFault.DiffersFromCheckpoint, 1, newest.Size));
                walk = new LogWalk();
                return;
            }
        }

        if (walk.Position < last || last == 0 || watch.IsBroken)
        {
            return;
        }

        using ECDsa key = ring.ReceiptKey();
        SignedCheckpoint? signed = await file.Add(
            key,
            new Checkpoint(
                Checkpoint.OriginOf(safety.Name), walk.Position, Convert.ToBase64String(walk.Root), Convert.ToBase64String(walk.Chain), clock.GetUtcNow()),
            ct).ConfigureAwait(false);
        watch.Signed(signed!.Says.Size);
    }

    private void Alarm(AuditFinding found)
    {
        bool isNews = watch.Broken(found);
        log.Log(
            isNews ? LogLevel.Critical : LogLevel.Error,
            "Safety's log is not what it was: {Fault}, positions {From} to {To}. No checkpoint is signed over it. See: wya audit verify",
            found.Fault,
            found.From,
            found.To);
    }

    private static async Task<bool> Ask(NpgsqlConnection connection, string function, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand($"select {function}(hashtextextended($1, 0))", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = LockName });
        return (bool)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
    }
}
