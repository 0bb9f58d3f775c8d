using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>
/// Where somebody is taken to be: one cell, no finer than they share. It is kept with their presence and ends with it.
///
/// The cell is sticky, and time is cut into slots. A new cell takes over at the first heartbeat of a slot: when the old one
/// had been left well behind in the slot before, or left at all in the one before that. So a jitter at a border flips nothing.
/// And a change tells no more than the new cell: from every point of it, the border's own included, it can have come then,
/// because the next change waits for two slots, and in one slot anybody can cross a whole cell.
/// </summary>
/// <param name="Cell">At most so fine as its person shares.</param>
/// <param name="Believed">Confidence when it was last confirmed, doubt and device included.</param>
/// <param name="ConfirmedAt">When a position last lay by the cell.</param>
/// <param name="MovedAt">When the cell last changed.</param>
/// <param name="AwaySince">Since then no position has lain in the cell; null while they do.</param>
/// <param name="BehindSince">Since then none has lain even by the cell.</param>
/// <param name="Doubt">Factor that an impossible jump has left, until <paramref name="DoubtedUntil"/>.</param>
public sealed record KnownPlace(
    Cell Cell,
    double Believed,
    DateTimeOffset ConfirmedAt,
    DateTimeOffset MovedAt,
    DateTimeOffset? AwaySince = null,
    DateTimeOffset? BehindSince = null,
    double Doubt = 1,
    DateTimeOffset? DoubtedUntil = null)
{
    /// <summary>How often a cell may change in an hour, the first one of a stay included: whoever wanders to search finds little.</summary>
    public const int MovesPerHourMax = 6;

    public static readonly TimeSpan DoubtLasts = TimeSpan.FromMinutes(30);

    /// <summary>What a heartbeat's position makes of it.</summary>
    /// <param name="IsMove">One of the moves of this hour is used up.</param>
    public sealed record Settled(KnownPlace? Place, bool IsMove);

    /// <summary>How closely it can be told now; null when it is worth nothing any more.</summary>
    public LocationTier? TierAt(DateTimeOffset now)
    {
        LocationTier? believed = Confidence.FinestTier(Confidence.Aged(Believed, now - ConfirmedAt));
        return believed is { } tier && tier > Cell.Tier ? Cell.Tier : believed;
    }

    /// <param name="known">Null when nothing is.</param>
    /// <param name="finest">The most that its person shares, by their privacy level and their age layer.</param>
    /// <param name="movesLeft">In this hour.</param>
    public static Settled Settle(
        KnownPlace? known, ReportedPlace reported, PositionSource source, bool deviceIsVerified, LocationTier finest, int movesLeft, DateTimeOffset now)
    {
        double worth = Confidence.Of(source) * (deviceIsVerified ? 1 : Confidence.UnverifiedDevice);
        Cell cell = reported.At(finest);
        if (known is null)
        {
            return movesLeft > 0 ? new Settled(new KnownPlace(cell, worth, now, now), IsMove: true) : new Settled(null, IsMove: false);
        }

        known = known.NoFinerThan(finest).WithoutPastDoubt(now);
        if (cell == known.Cell.Within(cell.Tier))
        {
            return Stay(known.Confirmed(worth, now) with { AwaySince = null, BehindSince = null });
        }

        // A weaker source does not move whom a stronger one has placed.
        bool liesBy = reported.LiesBy(known.Cell);
        if (!liesBy && worth < Confidence.Aged(known.Believed, now - known.ConfirmedAt))
        {
            return Stay(known);
        }

        // Both come true with the first heartbeat of a slot and never within one: else the moment would be that of a crossing.
        known = known with { AwaySince = known.AwaySince ?? now, BehindSince = liesBy ? null : known.BehindSince ?? now };
        long slot = Slot(cell.Tier, now);
        bool isGone = slot > Slot(cell.Tier, known.AwaySince.Value) + 1 || (known.BehindSince is { } behind && slot > Slot(cell.Tier, behind));
        bool mayMove = slot > Slot(cell.Tier, known.MovedAt) + 1 && movesLeft > 0;
        if (!isGone || !mayMove)
        {
            return Stay(liesBy ? known.Confirmed(worth, now) : known);
        }

        double doubt = Math.Min(known.Doubt, Confidence.OfJump(known.Cell, cell, now - known.ConfirmedAt));
        var moved = new KnownPlace(
            cell, worth * doubt, now, now, Doubt: doubt, DoubtedUntil: doubt < known.Doubt ? now + DoubtLasts : known.DoubtedUntil);
        return new Settled(moved, IsMove: true);
    }

    /// <summary>Coarser at once when its person shares less than before.</summary>
    public KnownPlace NoFinerThan(LocationTier finest) => Cell.Tier <= finest
        ? this
        : this with { Cell = Cell.Within(finest), AwaySince = null, BehindSince = null };

    /// <summary>Long enough to cross a cell by car: 30 minutes for the widest, 5 for the others.</summary>
    public static TimeSpan SlotOf(LocationTier tier) => TimeSpan.FromMinutes(tier == LocationTier.City ? 30 : 5);

    private static long Slot(LocationTier tier, DateTimeOffset time) => time.UtcTicks / SlotOf(tier).Ticks;

    private KnownPlace Confirmed(double worth, DateTimeOffset now) =>
        this with { Believed = Math.Max(worth * Doubt, Confidence.Aged(Believed, now - ConfirmedAt)), ConfirmedAt = now };

    private KnownPlace WithoutPastDoubt(DateTimeOffset now) =>
        DoubtedUntil is { } until && now >= until ? this with { Doubt = 1, DoubtedUntil = null } : this;

    private static Settled Stay(KnownPlace place) => new(place, IsMove: false);
}
