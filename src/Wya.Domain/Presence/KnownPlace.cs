using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>
/// Where somebody is taken to be: one cell, no finer than they share. It is kept with their presence and ends with it.
///
/// The cell is sticky. A new one takes over when positions have lain in it for a while, or at once when the old one is left
/// well behind, and never sooner after the last change than that same while. So a jitter at a border flips nothing; and a
/// change tells no more than the new cell, because from every point of it, the border's own included, the change can have
/// come after the while.
/// </summary>
/// <param name="Cell">At most so fine as its person shares.</param>
/// <param name="Believed">Confidence when it was last confirmed, doubt and device included.</param>
/// <param name="ConfirmedAt">When a position last lay by the cell.</param>
/// <param name="MovedAt">When the cell last changed.</param>
/// <param name="Next">Where positions lie since <paramref name="NextSince"/>; null while they lie in the cell.</param>
/// <param name="Doubt">Factor that an impossible jump has left, until <paramref name="DoubtedUntil"/>.</param>
public sealed record KnownPlace(
    Cell Cell,
    double Believed,
    DateTimeOffset ConfirmedAt,
    DateTimeOffset MovedAt,
    Cell? Next = null,
    DateTimeOffset? NextSince = null,
    double Doubt = 1,
    DateTimeOffset? DoubtedUntil = null)
{
    /// <summary>How long positions lie in another cell before a border counts as crossed, and the least between two changes.</summary>
    public static readonly TimeSpan Dwell = TimeSpan.FromMinutes(5);

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
            return Stay(known.Confirmed(worth, now) with { Next = null, NextSince = null });
        }

        // A weaker source does not move whom a stronger one has placed.
        bool liesBy = reported.LiesBy(known.Cell);
        if (!liesBy && worth < Confidence.Aged(known.Believed, now - known.ConfirmedAt))
        {
            return Stay(known);
        }

        if (known.Next != cell)
        {
            known = known with { Next = cell, NextSince = now };
        }

        bool isDwelled = now - known.NextSince >= Dwell;
        bool mayMove = now - known.MovedAt >= Dwell && movesLeft > 0;
        if (!mayMove || (liesBy && !isDwelled))
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
        : this with { Cell = Cell.Within(finest), Next = null, NextSince = null };

    private KnownPlace Confirmed(double worth, DateTimeOffset now) =>
        this with { Believed = Math.Max(worth * Doubt, Confidence.Aged(Believed, now - ConfirmedAt)), ConfirmedAt = now };

    private KnownPlace WithoutPastDoubt(DateTimeOffset now) =>
        DoubtedUntil is { } until && now >= until ? this with { Doubt = 1, DoubtedUntil = null } : this;

    private static Settled Stay(KnownPlace place) => new(place, IsMove: false);
}
