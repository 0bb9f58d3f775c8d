using Wya.Api.Around;
using Wya.Domain.Discovery;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Projections.Discovery;

namespace Wya.Api.Discovery;

/// <summary>Where an answer comes from.</summary>
internal enum AnswerSource
{
    /// <summary>Of this moment.</summary>
    Computed,

    /// <summary>Of a moment ago; everybody in it was looked at again.</summary>
    Cached,

    /// <summary>The viewer's friends, because it is not known who is around, or nobody is.</summary>
    Friends,
}

/// <param name="People">Each with the handle by which they are shown.</param>
/// <param name="IsKnown">False when it is not known who is around.</param>
internal sealed record FoundAround(AnswerSource Source, DateTimeOffset GeneratedAt, IReadOnlyList<(RankedPerson Person, string Handle)> People, bool IsKnown);

/// <summary>
/// Answers who is around: by a kept answer while nothing has changed; else computed from the town; else, while presence is
/// away, by a kept answer of some minutes ago, and without one by friends. Whatever proposes somebody, identity's and the
/// graph's rows are asked about them before they are shown, and whoever they do not vouch for is left out.
/// </summary>
internal sealed class DiscoveryAnswers(Town town, TownWatch watch, Townsfolk folk, Sightlines sightlines, DiscoveryResults results, TimeProvider clock)
{
    /// <summary>Looked at in the rows for one page, so that those who fall away leave no hole.</summary>
    public const int LookedAtMax = 2 * DiscoveryPolicy.ResultsMax;

    /// <param name="wish">Other than the viewer's preferences, for this once; null for those.</param>
    public async Task<FoundAround> Find(UserId user, AgeLayer layer, bool mayMeetStrangers, Func<DiscoveryPreferences, DiscoveryPreferences>? wish, CancellationToken ct)
    {
        DateTimeOffset now = clock.GetUtcNow();
        DiscoveryResult? kept = wish is null ? await results.Read(user, now, ct).ConfigureAwait(false) : null;
        bool isCurrent = watch.IsCurrent;
        if (kept is not null && (!isCurrent || Holds(kept, now))
            && await Checked(user, layer, mayMeetStrangers, kept, mayLack: !isCurrent, ct).ConfigureAwait(false) is { } shown)
        {
            return new FoundAround(AnswerSource.Cached, kept.GeneratedAt, shown, isCurrent);
        }

        if (isCurrent)
        {
            Computed computed = await Compute(user, layer, mayMeetStrangers, wish, [], ct).ConfigureAwait(false);
            if (wish is null && computed.Sure is { } sure)
            {
                await results.Keep(DiscoveryResult.Of(user, [.. computed.Shown.Select(one => one.Person)], now), sure.Graph, ct).ConfigureAwait(false);
            }

            if (computed.Shown.Count > 0)
            {
                return new FoundAround(AnswerSource.Computed, now, computed.Shown, IsKnown: true);
            }
        }

        return new FoundAround(AnswerSource.Friends, now, await Friends(user, ct).ConfigureAwait(false), isCurrent);
    }

    /// <summary>Why somebody is not listed. Whoever they are, and whether they are at all, the same is done.</summary>
    public async Task<string> WhyNot(UserId user, AgeLayer layer, bool mayMeetStrangers, Guid other, CancellationToken ct)
    {
        Computed computed = await Compute(user, layer, mayMeetStrangers, null, [other], ct).ConfigureAwait(false);
        Hindrance? hindrance = watch.IsCurrent && computed.Sure is { } sure
            ? Hindrances.Between(computed.Viewer, Candidate(user.Value, sure, other, null))
            : Hindrance.NotAround;
        return Domain.Discovery.WhyNot.Of(hindrance, computed.Shown.Any(one => one.Person.Id.Value == other));
    }

    public async Task<Self?> Self(UserId user, CancellationToken ct)
    {
        SurePeople rows = await folk.Sure(user, new Dictionary<Guid, Guid?>(), ct).ConfigureAwait(false);
        Whereabouts? here = town.WhereIs(user.Value);
        return rows.Self is not { } self ? null : new Self(
            self.AgeLayer,
            here is not null,
            self.IsInvisible,
            self.IsRestricted,
            self.FindableBy,
            here?.Cell is null ? null : Coarser(here.Cell.Value.Tier, self.FriendsFinest),
            here?.Cell is null ? null : Coarser(here.Cell.Value.Tier, self.StrangersFinest));
    }

    public bool IsKnown => watch.IsCurrent;

    /// <param name="Sure">Null when identity does not know the viewer.</param>
    private sealed record Computed(Viewer Viewer, SurePeople? Sure, IReadOnlyList<(RankedPerson Person, string Handle)> Shown);

    /// <param name="besides">To be looked at in the rows as well, whoever they are.</param>
    private async Task<Computed> Compute(
        UserId user, AgeLayer layer, bool mayMeetStrangers, Func<DiscoveryPreferences, DiscoveryPreferences>? wish, Guid[] besides, CancellationToken ct)
    {
        if (!town.Asks(user.Value))
        {
            await folk.Settle(town, user, ct).ConfigureAwait(false);
        }

        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        Viewer viewer = ViewerWith(town.FactsOf(user.Value)?.Preferences);
        IReadOnlyList<Proposal> around = town.Around(user.Value, day);
        IReadOnlyList<RankedPerson> best = Ranking.Rank(viewer, around.Select(one => one.Candidate), day, LookedAtMax);
        Dictionary<Guid, Proposal> proposed = around.ToDictionary(one => one.Candidate.Id.Value);
        Dictionary<Guid, Guid?> asked = best.ToDictionary(one => one.Id.Value, one => proposed[one.Id.Value].Via);
        IReadOnlyDictionary<Guid, Guid> through = town.Through(user.Value, besides);
        foreach (Guid other in besides)
        {
            asked.TryAdd(other, through.TryGetValue(other, out Guid via) ? via : null);
        }

        SurePeople sure = await folk.Sure(user, asked, ct).ConfigureAwait(false);
        viewer = ViewerWith(sure.Preferences);
        IEnumerable<Candidate> candidates = best.Select(one => Candidate(user.Value, sure, one.Id.Value, proposed[one.Id.Value].Candidate));
        IReadOnlyList<RankedPerson> shown = Ranking.Rank(viewer, candidates, day);
        return new Computed(
            viewer, sure.Self is null ? null : sure,
            [.. shown.Where(one => sure.Of(one.Id.Value).Handle is not null).Select(one => (one, sure.Of(one.Id.Value).Handle!))]);

        Viewer ViewerWith(DiscoveryPreferences? preferences)
        {
            DiscoveryPreferences own = preferences ?? DiscoveryPreferences.Default;
            return new Viewer(user, layer, mayMeetStrangers, wish is null ? own : wish(own));
        }
    }

    /// <summary>Somebody as the rows have them, where the town has them.</summary>
    /// <param name="proposed">As the snapshot had them; null for somebody who was not proposed.</param>
    private Candidate Candidate(Guid viewer, SurePeople sure, Guid other, Candidate? proposed)
    {
        SurePerson person = sure.Of(other);
        Whereabouts? own = town.WhereIs(viewer), here = town.WhereIs(other);
        Cell? mine = Told(own, sure.Self?.FriendsFinest), theirs = Told(here, person.Finest);
        return new Candidate(
            new UserId(other),
            person.AgeLayer,
            person.Relation,
            person.AreApart,
            here is not null && !person.IsInvisible,
            person.IsRestricted,
            person.FindableBy,
            mine is { } one && theirs is { } two ? one.NearnessTo(two) : null,
            proposed?.Trust ?? TrustBand.Medium,
            here?.RoomId is { } room && own?.RoomId == room,
            proposed?.IsInTalk ?? false,
            proposed?.CameIn ?? 0);
    }

    private static Cell? Told(Whereabouts? here, LocationTier? finest) => here?.Cell is { } cell && finest is { } tier ? cell.Within(tier) : null;

    private static LocationTier? Coarser(LocationTier one, LocationTier? other) => other is { } tier && tier < one ? tier : other is null ? null : one;

    /// <summary>Nothing has changed since, or only in the last seconds.</summary>
    private bool Holds(DiscoveryResult kept, DateTimeOffset now) =>
        now - kept.GeneratedAt < TownWatch.GathersFor || town.ChangedAt(kept.UserId) < kept.GeneratedAt;

    /// <summary>A kept answer as far as the rows still vouch for it.</summary>
    /// <param name="mayLack">Whoever they do not vouch for is left out; otherwise the whole answer is worth nothing then.</param>
    private async Task<IReadOnlyList<(RankedPerson Person, string Handle)>?> Checked(
        UserId user, AgeLayer layer, bool mayMeetStrangers, DiscoveryResult kept, bool mayLack, CancellationToken ct)
    {
        if (kept.Ranked() is not { Count: > 0 } ranked)
        {
            return null;
        }

        IReadOnlyDictionary<Guid, Guid> through = town.Through(user.Value, ranked.Select(one => one.Id.Value));
        SurePeople sure = await folk.Sure(
            user, ranked.ToDictionary(one => one.Id.Value, one => through.TryGetValue(one.Id.Value, out Guid via) ? via : (Guid?)null), ct).ConfigureAwait(false);
        var viewer = new Viewer(user, layer, mayMeetStrangers, sure.Preferences ?? DiscoveryPreferences.Default);
        (RankedPerson Person, string Handle)[] still =
            [.. ranked.Where(one => Vouches(viewer, sure, one)).Select(one => (one, sure.Of(one.Id.Value).Handle!))];
        return still.Length > 0 && (mayLack || still.Length == ranked.Count) ? still : null;
    }

    private static bool Vouches(Viewer viewer, SurePeople sure, RankedPerson kept)
    {
        SurePerson person = sure.Of(kept.Id.Value);
        LocationTier? tier = Enum.GetValues<LocationTier>().Cast<LocationTier?>().FirstOrDefault(one => Ranking.Nearness(one).Code == kept.Factors[0].Code);
        var candidate = new Candidate(
            kept.Id, person.AgeLayer, person.Relation, person.AreApart, !person.IsInvisible, person.IsRestricted, person.FindableBy, tier,
            TrustBand.Medium, false, false, 0);
        bool wasFriend = kept.Factors.Any(factor => factor.Code == FactorCode.Friend);
        return person.Handle is not null && wasFriend == (person.Relation == Relation.Friend)
            && (tier is null || (tier <= person.Finest && tier <= sure.Self?.FriendsFinest))
            && Hindrances.Between(viewer, candidate) is null;
    }

    /// <summary>In the order of ids, which says nothing; with nothing that would say that they are around.</summary>
    private async Task<IReadOnlyList<(RankedPerson Person, string Handle)>> Friends(UserId user, CancellationToken ct)
    {
        IReadOnlyList<Guid> friends = await sightlines.Friends(user, null, DiscoveryPolicy.ResultsMax, ct).ConfigureAwait(false);
        SurePeople sure = await folk.Sure(user, friends.ToDictionary(friend => friend, _ => (Guid?)null), ct).ConfigureAwait(false);
        return
        [
            .. friends.Select(friend => (Id: friend, Sure: sure.Of(friend)))
                .Where(one => one.Sure is { AreApart: false, Relation: Relation.Friend, Handle: not null })
                .Select(one => (new RankedPerson(new UserId(one.Id), 0, [new Factor(FactorCode.Friend, 0)]), one.Sure.Handle!)),
        ];
    }
}
