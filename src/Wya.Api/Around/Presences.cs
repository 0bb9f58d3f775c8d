using System.Collections.Concurrent;
using Wya.Api.Http;
using Wya.Api.Noticing;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Presence;
using Wya.Projections.Redis;

namespace Wya.Api.Around;

/// <summary>A person as one viewer may see them.</summary>
internal sealed record SeenPerson(Guid UserId, Seen Seen);

/// <param name="IsKnown">False while presence is away: then everybody seems offline, and the answer must say so.</param>
internal sealed record SeenPeople(IReadOnlyList<SeenPerson> People, bool IsKnown);

/// <summary>Their own presence, as their friends and strangers may see it from next door.</summary>
internal sealed record OwnPresence(Present? Present, Visibility? Visibility, Seen FriendsSee, Seen StrangersSee, bool IsKnown);

/// <summary>
/// Takes heartbeats, and shows people to each other. While Redis is away nobody is around: nothing fails for it, here or
/// elsewhere.
/// </summary>
internal sealed class Presences(RedisServers redis, Sightlines sightlines, Notices notices, Settings settings, TimeProvider clock)
{
    private const int BeatingMax = 200_000;

    private readonly PresenceKeys? keys = redis.Presence is { } server ? new PresenceKeys(server, settings.PresenceLifetime) : null;
    private readonly ConcurrentDictionary<Guid, long> beating = new();

    public TimeSpan Lifetime => settings.PresenceLifetime;

    /// <returns>False when it was not taken, because presence is away.</returns>
    public async Task<bool> Beat(UserId user, Device device, Beat beat, CancellationToken ct = default)
    {
        Visibility? own = await sightlines.Own(user, ct).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        bool isTaken = await Change(user, own, now, (stay, movesLeft) => Beaten(stay, movesLeft, own, device, beat, now), ct).ConfigureAwait(false);
        if (isTaken && (beating.Count < BeatingMax || beating.ContainsKey(user.Value)))
        {
            beating[user.Value] = clock.GetTimestamp();
        }

        return isTaken;
    }

    /// <summary>With this device; others of theirs stay.</summary>
    public async Task<bool> Leave(UserId user, Device device, CancellationToken ct = default)
    {
        Visibility? own = await sightlines.Own(user, ct).ConfigureAwait(false);
        return await Change(user, own, clock.GetUtcNow(), (stay, _) => (stay.Without(device.Id), false), ct).ConfigureAwait(false);
    }

    /// <summary>They have chosen anew how they are seen: what is kept of their place shrinks at once, and their friends are told.</summary>
    public async Task Rechosen(UserId user, CancellationToken ct = default)
    {
        sightlines.Forget(user);
        Visibility? own = await sightlines.Own(user, ct).ConfigureAwait(false);
        await Change(user, own, clock.GetUtcNow(), (stay, _) => (stay with { Place = Capped(stay, own) }, false), ct, isRechosen: true).ConfigureAwait(false);
    }

    public async Task<OwnPresence> Own(UserId user, CancellationToken ct)
    {
        Visibility? own = (await sightlines.Of([user.Value], ct).ConfigureAwait(false)).GetValueOrDefault(user.Value);
        IReadOnlyDictionary<Guid, Present>? present = await Read([user.Value], ct).ConfigureAwait(false);
        Present? self = present?.GetValueOrDefault(user.Value);
        return new OwnPresence(
            self, own, SeenAs(Acquaintance.Friend, own, self, self?.Stay.Place), SeenAs(Acquaintance.Stranger, own, self, self?.Stay.Place), present is not null);
    }

    /// <summary>In the order asked for. Whoever is apart from the viewer, or nobody at all, looks like a stranger who is not there.</summary>
    public async Task<SeenPeople> See(UserId viewer, IReadOnlyList<Guid> people, CancellationToken ct)
    {
        IReadOnlyDictionary<Guid, Acquaintance> acquaintances = await sightlines.Toward(viewer, people, ct).ConfigureAwait(false);
        IReadOnlyDictionary<Guid, Visibility> visibilities = await sightlines.Of(people, ct).ConfigureAwait(false);
        IReadOnlyDictionary<Guid, Present>? present = await Read([.. people, viewer.Value], ct).ConfigureAwait(false);
        KnownPlace? ownPlace = present?.GetValueOrDefault(viewer.Value)?.Stay.Place;
        return new SeenPeople(
            [
                .. people.Select(person => new SeenPerson(person, SeenAs(
                    acquaintances.GetValueOrDefault(person, Acquaintance.Apart), visibilities.GetValueOrDefault(person), present?.GetValueOrDefault(person), ownPlace))),
            ],
            present is not null);
    }

    /// <summary>Of the pairs, each a viewer and a friend of theirs.</summary>
    public async Task<IReadOnlyList<(Guid Viewer, SeenPerson Person)>> See(IReadOnlyList<(Guid Viewer, Guid Person)> friends, CancellationToken ct)
    {
        IReadOnlyDictionary<Guid, Visibility> visibilities = await sightlines.Of([.. friends.Select(pair => pair.Person).Distinct()], ct).ConfigureAwait(false);
        IReadOnlyDictionary<Guid, Present>? present =
            await Read([.. friends.SelectMany(pair => new[] { pair.Viewer, pair.Person }).Distinct()], ct).ConfigureAwait(false);
        return present is null
            ? []
            : [.. friends.Select(pair => (pair.Viewer, new SeenPerson(pair.Person, SeenAs(
                Acquaintance.Friend, visibilities.GetValueOrDefault(pair.Person), present.GetValueOrDefault(pair.Person), present.GetValueOrDefault(pair.Viewer)?.Stay.Place))))];
    }

    /// <summary>Says of those who were heard here last, and of whom nothing is left, that they have gone.</summary>
    public async Task TellOfExpired(CancellationToken ct)
    {
        Guid[] silent = [.. beating.Where(row => clock.GetElapsedTime(row.Value) > Lifetime).Select(row => row.Key)];
        foreach (Guid user in silent)
        {
            beating.TryRemove(user, out _);
        }

        if (silent.Length > 0 && await Read(silent, ct).ConfigureAwait(false) is { } present)
        {
            await Tell([.. silent.Where(user => !present.ContainsKey(user)).Select(user =>
                new PresenceEvent(PresenceEventType.Left, new UserId(user), clock.GetUtcNow(), null))], ct).ConfigureAwait(false);
        }
    }

    private (Stay Stay, bool IsMove) Beaten(Stay stay, int movesLeft, Visibility? own, Device device, Beat beat, DateTimeOffset now)
    {
        Stay next = stay.With(new PresentDevice(device.Id, beat.Status, beat.Activity, beat.RoomId, now), Lifetime);
        next = next with { LocationIsOn = beat.LocationIsOn ?? stay.LocationIsOn };
        KnownPlace? place = Capped(next, own);
        if (beat.Position is null || own?.Finest(sightlines.Policy(own.AgeLayer), next.LocationIsOn) is not { } finest)
        {
            return (next with { Place = place }, false);
        }

        KnownPlace.Settled settled = KnownPlace.Settle(place, beat.Position.Place, beat.Position.Source, device.IsVerified, finest, movesLeft, now);
        return (next with { Place = settled.Place }, settled.IsMove);
    }

    /// <summary>Of whom it is not known what they share, nothing is kept.</summary>
    private KnownPlace? Capped(Stay stay, Visibility? own) =>
        own?.Finest(sightlines.Policy(own.AgeLayer), stay.LocationIsOn) is { } finest ? stay.Place?.NoFinerThan(finest) : null;

    private async Task<bool> Change(
        UserId user, Visibility? own, DateTimeOffset now, Func<Stay, int, (Stay, bool)> change, CancellationToken ct, bool isRechosen = false)
    {
        if (keys is null)
        {
            return false;
        }

        try
        {
            PresenceWritten written = await keys.Change(user, change, now, ct).ConfigureAwait(false);
            if (written.After?.Stay.Place is { DoubtedUntil: { } until } && until != written.Before?.Stay.Place?.DoubtedUntil)
            {
                notices.Take(user, SignalKind.LocationAnomaly);
            }

            bool isInvisible = own?.IsInvisible ?? true;
            LocationTier? strangersTier = own is null ? null : sightlines.Policy(own.AgeLayer).FinestForStrangers;
            if (isRechosen && written.After is not null)
            {
                // Seen from outside, who becomes invisible has left, and who becomes visible has come.
                Present? before = isInvisible ? written.After : null, after = isInvisible ? null : written.After;
                await Tell(PresenceChange.Between(user, before, after, strangersTier, now), ct).ConfigureAwait(false);
            }
            else if (!isInvisible)
            {
                await Tell(PresenceChange.Between(user, written.Before, written.After, strangersTier, now), ct).ConfigureAwait(false);
            }

            return true;
        }
        catch (RedisAwayException)
        {
            return false;
        }
    }

    private async Task Tell(IReadOnlyList<PresenceEvent> events, CancellationToken ct)
    {
        if (events.Count == 0 || redis.Presence is not { } server)
        {
            return;
        }

        try
        {
            await PresenceChannel.Publish(server, events, ct).ConfigureAwait(false);
        }
        catch (RedisAwayException)
        {
            // It is of the moment; how things are can still be asked for.
        }
    }

    private async Task<IReadOnlyDictionary<Guid, Present>?> Read(IReadOnlyCollection<Guid> users, CancellationToken ct)
    {
        try
        {
            return keys is null ? null : await keys.Read(users, ct).ConfigureAwait(false);
        }
        catch (RedisAwayException)
        {
            return null;
        }
    }

    private Seen SeenAs(Acquaintance acquaintance, Visibility? person, Present? present, KnownPlace? ownPlace) => Sight.Of(
        person is null ? Acquaintance.Apart : acquaintance,
        person ?? Visibility.Default(AgeLayer.Minor),
        sightlines.Policy(person?.AgeLayer ?? AgeLayer.Minor),
        present?.Snapshot,
        present?.Stay.Place,
        ownPlace,
        clock.GetUtcNow());
}
