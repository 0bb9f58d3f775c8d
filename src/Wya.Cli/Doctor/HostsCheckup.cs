using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The servers of a database that has several: whether there is somebody to take over, and whether one has to be kept from it.</summary>
internal static class HostsCheckup
{
    private const string Page = "see “Fail over”";

    /// <param name="logSchema">Where its log is; null for a database without one.</param>
    public static async Task Look(Patient patient, string about, string? logSchema, Diagnosis found, CancellationToken ct)
    {
        DatabaseHosts hosts = patient.Hosts;
        if (!hosts.AreSeveral)
        {
            return;
        }

        await hosts.FirstLook().ConfigureAwait(false);
        int standbys = hosts.Seen.Count(look => look.Role == HostRole.Standby), away = hosts.Seen.Count(look => look.Role == HostRole.Away);
        if (standbys == 0)
        {
            found.Fault(about, "standbys", "No standby answers: there is nobody to take over.", $"Bring one back: {Page}.");
        }
        else if (away > 0)
        {
            found.Weak(about, "standbys", $"{Visible.Count(away, "host")} of {hosts.Seen.Count} do not answer.", $"Bring them back: {Page}.");
        }
        else
        {
            found.Good(about, "standbys", $"{Visible.Count(standbys, "standby", "standbys")} and a primary of epoch {hosts.Epoch}.");
        }

        if (hosts.Seen.Any(look => look is { Role: HostRole.Primary, ConfirmsBeforeAnswering: false }))
        {
            found.Weak(
                about, "confirmation", "A commit is answered before a standby has it: whoever fails over loses what was acknowledged last.",
                $"Set synchronous_standby_names = 'ANY 1 (…)' on each of them: {Page}.");
        }
        else
        {
            found.Good(about, "confirmation", "A commit is answered when a standby has it.");
        }

        await Fenced(hosts, about, logSchema, found, ct).ConfigureAwait(false);
    }

    private static async Task Fenced(DatabaseHosts hosts, string about, string? logSchema, Diagnosis found, CancellationToken ct)
    {
        if (!hosts.IsOneFenced)
        {
            found.Good(about, "fence", "Nobody but the primary takes itself for one.");
        }
        else if (logSchema is null)
        {
            found.Fault(about, "fence", "A former primary takes itself for one still.", $"Keep it off the network, and bring it back as a standby: {Page}.");
        }
        else
        {
            foreach (Divergence one in await hosts.CompareFenced(logSchema, ct).ConfigureAwait(false))
            {
                found.Fault(
                    about, "fence",
                    one.OwnEvents == 0
                        ? $"{one.Host} was the primary and takes itself for one still. It holds no event that the log has not."
                        : $"{one.Host} was the primary and takes itself for one still. From position {one.PartsAt} on it holds {Visible.Count(one.OwnEvents, "event")} of its own; where commits wait for a standby none of them was acknowledged.",
                    $"Keep it off the network, and bring it back as a standby: {Page}.");
            }
        }
    }
}
