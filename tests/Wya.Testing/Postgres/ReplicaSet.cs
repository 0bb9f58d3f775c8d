using System.Security.Cryptography;
using Npgsql;

namespace Wya.Testing.Postgres;

/// <summary>
/// A primary and its standbys, all of a test's own. What an operator does when a primary is lost is done here as they do
/// it: the standby that has most is promoted, the others follow it, and who was the primary comes back as a standby.
/// </summary>
public sealed class ReplicaSet : IAsyncDisposable
{
    internal const string Admin = "set_admin";

    private readonly string folder;
    private readonly List<PostgresMember> members = [];

    private ReplicaSet(string folder) => this.folder = folder;

    public IReadOnlyList<PostgresMember> Members => members;

    public PostgresMember Primary { get; private set; } = null!;

    public IEnumerable<PostgresMember> Standbys => members.Where(member => member != Primary && member.Runs);

    /// <param name="servers">The primary and its standbys.</param>
    /// <param name="prepare">Makes databases on the primary while it is alone: the standbys are copies of it.</param>
    /// <param name="isSynchronous">Whether a commit is answered only when any standby has it.</param>
    /// <param name="settings"><c>name=value</c> of each server, with spaces between.</param>
    public static async Task<ReplicaSet> Start(
        int servers, Func<PostgresMember, Task> prepare, bool isSynchronous = true, string settings = "fsync=off", CancellationToken ct = default)
    {
        string root = Environment.GetEnvironmentVariable("WYA_SCRATCH") is { Length: > 0 } scratch ? scratch : Path.GetTempPath();
        var set = new ReplicaSet(Directory.CreateDirectory(Path.Combine(root, $"replicas-{Guid.NewGuid():n}")).FullName);
        try
        {
            string password = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
            string passwordFile = Path.Combine(set.folder, "password");
            await File.WriteAllTextAsync(passwordFile, password, ct);
            for (int n = 0; n < servers; n++)
            {
                set.members.Add(new PostgresMember($"m{n}", Path.Combine(set.folder, $"m{n}"), password, settings));
            }

            if (PostgresPrograms.User is { } user)
            {
                await PostgresPrograms.RunTool("chown", "-R", user, set.folder);
            }

            PostgresMember primary = set.Primary = set.members[0];
            await PostgresPrograms.Run(
                "initdb", "-D", primary.Data, "-U", Admin, "-A", "scram-sha-256", $"--pwfile={passwordFile}", "-E", "UTF8", "--locale=C", "--no-instructions", "--no-sync");
            File.Delete(passwordFile);
            await primary.Set("wal_log_hints = on", "wal_keep_size = 256MB"); // so that it can be rewound, and the others catch up without slots
            await primary.Start(ct);
            await prepare(primary);
            if (isSynchronous)
            {
                // By a start, not by a reload: that holds only when the checkpointer has come to read it, and nobody can see when.
                await primary.Stop();
                await primary.Set($"synchronous_standby_names = 'ANY 1 ({string.Join(", ", set.members.Select(member => member.Name))})'");
                await primary.Start(ct);
            }

            await Task.WhenAll(set.members.Skip(1).Select(standby => set.Copy(standby, ct)));
            if (isSynchronous)
            {
                await Eventually.Is(async () => await primary.Scalar<long>("select count(*) from pg_stat_replication where sync_state = 'quorum'") == servers - 1, "the standbys count");
            }

            return set;
        }
        catch
        {
            await set.DisposeAsync();
            throw;
        }
    }

    /// <summary>The same connection to whichever of them is the primary.</summary>
    public string Reach(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Host = string.Join(',', members.Select(member => member.Host)) };
        settings.Remove("Port");
        return settings.ConnectionString;
    }

    /// <summary>
    /// Of the standbys that are there, the one that has most. After its start a standby counts what it receives from the
    /// beginning of a segment on, and may have replayed more; so the greater of both.
    /// </summary>
    public async Task<PostgresMember> PromoteBest()
    {
        PostgresMember[] standbys = [.. Standbys];
        decimal[] received = await Task.WhenAll(standbys.Select(standby => standby.Scalar<decimal>("select pg_wal_lsn_diff(greatest(pg_last_wal_receive_lsn(), pg_last_wal_replay_lsn()), '0/0')")));
        PostgresMember best = standbys.Zip(received).MaxBy(each => each.Second).First;
        await best.Promote();
        Primary = best;
        await Task.WhenAll(Standbys.Select(standby => standby.Follow(best)));
        return best;
    }

    /// <summary>Who was the primary comes back as a standby: what it had beyond the others is taken from it.</summary>
    public async Task Rejoin(PostgresMember former, CancellationToken ct = default)
    {
        // From its first checkpoint on it is known where the new primary left off.
        await Primary.Scalar<int>("checkpoint; select 1", ct);
        await PostgresPrograms.Run("pg_rewind", "-D", former.Data, $"--source-server={Primary.ConnectionInfo}", "--write-recovery-conf", "--no-sync");
        await former.Follow(Primary);
        await former.Start(ct);
        await UntilFollowed(former);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (PostgresMember member in members)
        {
            await (member.Runs ? member.Kill() : Task.CompletedTask); // whatever state it is in
        }

        Directory.Delete(folder, recursive: true);
    }

    private async Task Copy(PostgresMember standby, CancellationToken ct)
    {
        await PostgresPrograms.Run("pg_basebackup", "-d", Primary.ConnectionInfo, "-D", standby.Data, "-R", "-X", "stream", "-c", "fast", "--no-sync");
        await standby.Follow(Primary);
        await standby.Start(ct);
        await UntilFollowed(standby);
    }

    /// <summary>Waits until the primary sends it what is written.</summary>
    public Task UntilFollowed(PostgresMember standby) => Eventually.Is(
        async () => await Primary.Scalar<bool>($"select exists (select from pg_stat_replication where application_name = '{standby.Name}' and state = 'streaming')"),
        $"{standby.Name} follows");
}
