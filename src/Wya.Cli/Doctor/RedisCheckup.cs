using StackExchange.Redis;
using Wya.Projections.Redis;

namespace Wya.Cli;

/// <summary>Whether each Redis holds what it is given in memory alone, and lets nobody change that.</summary>
internal static class RedisCheckup
{
    private const int MajorVersionLeast = 7;

    public static async Task Look(Surroundings here, Diagnosis found)
    {
        foreach (string name in new[] { "cache", "presence" })
        {
            string about = $"{name} redis";
            if (here.Variable(Settings.Variable(name)) is not { Length: > 0 } text)
            {
                found.Weak(about, "setting", $"There is none: {Settings.Variable(name)} is not set.", name == "presence" ? "Without it nobody is around." : "Without it what it would hold is read from PostgreSQL each time.");
                continue;
            }

            if (!RedisServer.IsConnectionString(text))
            {
                found.Fault(about, "setting", $"{Settings.Variable(name)} is no connection string.", "Write it as host:port,password=….");
                continue;
            }

            try
            {
                Judge(about, await RedisInspection.Of(text).ConfigureAwait(false), found);
            }
            catch (Exception away) when (away is RedisException or TimeoutException or IOException)
            {
                found.Fault(about, "connection", "It does not answer, or not to this user.", $"Is its server up, and are the address, the user and the password in {Settings.Variable(name)} right?");
            }
        }
    }

    private static void Judge(string about, RedisInspection seen, Diagnosis found)
    {
        found.Good(about, "connection", $"It answers; version {seen.MajorVersion}.");
        if (seen.MajorVersion < MajorVersionLeast)
        {
            found.Fault(about, "version", $"It is version {seen.MajorVersion}.", $"Use version {MajorVersionLeast} or later.");
        }

        if (seen.IsAppending || seen.Snapshots is { Length: > 0 } || seen.SnapshotsMade > 0)
        {
            found.Fault(
                about, "persistence", seen.IsAppending ? "It writes what it holds to an append-only file." : "It has written snapshots of what it holds to a disk, or will.",
                "Set save \"\" and appendonly no, as in eng/redis, and destroy the files: where people are must never lie on a disk.");
        }
        else
        {
            found.Good(about, "persistence", "Nothing of what it holds is written to a disk.");
        }

        if (seen.MayAdminister)
        {
            found.Fault(about, "rights", "The application's user may read, and so change, its settings, and order snapshots.", "Give it the rights of eng/redis/users.acl: everything but @admin and @dangerous.");
        }
        else
        {
            found.Good(about, "rights", "The application's user may not administer it.");
        }

        if (seen.MemoryPolicy is not ("noeviction" or ""))
        {
            found.Fault(about, "eviction", $"When it is full it drops what it holds ({seen.MemoryPolicy}).", "Set maxmemory-policy noeviction: versions that are forgotten let late writes pass for new ones.");
        }

        if (!seen.HasPassword)
        {
            found.Weak(about, "password", "It is reached without a password.", "Give its user one.");
        }
    }
}
