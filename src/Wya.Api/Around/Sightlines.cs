using System.Collections.Concurrent;
using Wya.Api.Graph;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.EventStore.Postgres;
using Wya.Projections.Graph;
using Wya.Projections.Identity;

namespace Wya.Api.Around;

/// <summary>
/// Who may see whom, and how somebody lets themselves be seen: read from identity's and the graph's own rows for every
/// answer. What is remembered for some seconds is a person's choice about themselves, and only to decide what is kept of
/// their place; whoever shows it to others asks the rows again.
/// </summary>
internal sealed class Sightlines(IdentityLog identity, GraphLog graph, Settings settings, TimeProvider clock)
{
    public static readonly TimeSpan RememberedFor = TimeSpan.FromSeconds(30);

    private const int RememberedMax = 200_000;

    private readonly ConcurrentDictionary<Guid, (Visibility Visibility, long At)> remembered = new();

    public PresencePolicy Policy(AgeLayer layer) => PresencePolicy.For(layer).TightenedTo(settings.FinestTiers[layer]);

    /// <summary>The choice of somebody about themselves; null when identity does not answer, or does not know them.</summary>
    public async ValueTask<Visibility?> Own(UserId user, CancellationToken ct = default)
    {
        if (remembered.TryGetValue(user.Value, out (Visibility Visibility, long At) known) && clock.GetElapsedTime(known.At) < RememberedFor)
        {
            return known.Visibility;
        }

        try
        {
            Visibility? read = (await Of([user.Value], ct).ConfigureAwait(false)).GetValueOrDefault(user.Value);
            if (read is not null)
            {
                if (remembered.Count >= RememberedMax)
                {
                    remembered.Clear();
                }

                remembered[user.Value] = (read, clock.GetTimestamp());
            }

            return read;
        }
        catch (Exception away) when (Faults.IsTransient(away))
        {
            return null;
        }
    }

    /// <summary>They have just chosen anew, here.</summary>
    public void Forget(UserId user) => remembered.TryRemove(user.Value, out _);

    public async Task<IReadOnlyDictionary<Guid, Visibility>> Of(IReadOnlyList<Guid> users, CancellationToken ct = default) =>
        (await PresenceSettingsTable.Of(identity.Database, users, ct).ConfigureAwait(false)).ToDictionary(
            row => row.Key, row => Visible(row.Value));

    public static Visibility Visible(PresenceSettings row) =>
        new(row.AgeLayer, row.PrivacyLevel, row.IsInvisible, row.LocationIsOn == false, row.LocationIsOn == true);

    public async Task<IReadOnlyDictionary<Guid, Acquaintance>> Toward(UserId viewer, IReadOnlyList<Guid> others, CancellationToken ct = default) =>
        (await Ties.Of(graph.Database, viewer, others, ct).ConfigureAwait(false))
            .ToDictionary(tie => tie.Other, tie => tie.AreFriends ? Acquaintance.Friend : Acquaintance.Stranger);

    /// <summary>In the order of ids.</summary>
    public async Task<IReadOnlyList<Guid>> Friends(UserId user, Guid? after, int limit, CancellationToken ct = default) =>
        [.. (await Ties.Friends(graph.Database, user, after, limit, ct).ConfigureAwait(false)).Select(tie => tie.Other)];

    public async Task<IReadOnlyList<(Guid Viewer, Guid Person)>> FriendsAmong(
        IReadOnlyList<Guid> people, IReadOnlyList<Guid> viewers, CancellationToken ct = default) =>
        [.. (await Ties.FriendsAmong(graph.Database, people, viewers, ct).ConfigureAwait(false)).Select(tie => (tie.User, tie.Other))];
}
