using Wya.Domain.Presence.Events;

namespace Wya.Domain.Presence;

/// <summary>
/// A position as somebody's device has just told it, reduced already: the cells that it lies in, and at each level whether a
/// border is so near that the neighbour's side of it means nothing. It lives for one heartbeat and is never kept.
/// </summary>
public sealed class ReportedPlace
{
    /// <summary>Of a cell's height or width: within it of a border, a position may be on either side.</summary>
    public const double MarginShare = 0.25;

    private static readonly int Levels = Enum.GetValues<LocationTier>().Length;

    private readonly Cell finest;
    private readonly (sbyte Row, sbyte Column)[] near;

    private ReportedPlace(Cell finest, (sbyte Row, sbyte Column)[] near) => (this.finest, this.near) = (finest, near);

    /// <summary>The one function that sees a position. What it knows beyond the cells ends with it.</summary>
    /// <returns>Null for what is no place on earth.</returns>
    public static ReportedPlace? Of(double latitude, double longitude)
    {
        if (!(latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180))
        {
            return null;
        }

        Cell finest = default;
        var near = new (sbyte Row, sbyte Column)[Levels];
        foreach (LocationTier tier in Enum.GetValues<LocationTier>())
        {
            (int row, sbyte nearRow) = Split((latitude + 90) / 180 * Cell.Rows(tier), Cell.Rows(tier));
            (int column, sbyte nearColumn) = Split((longitude + 180) / 360 * Cell.Columns(tier), Cell.Columns(tier));
            near[(int)tier] = (nearRow, nearColumn);
            finest = new Cell(tier, row, column);
        }

        return new ReportedPlace(finest, near);
    }

    /// <summary>From a device that tells a cell only, and keeps the rest to itself.</summary>
    /// <returns>Null for what is not a geohash of level 4 to 7.</returns>
    public static ReportedPlace? Of(string hash) =>
        Cell.Parse(hash) is { } cell ? new ReportedPlace(cell, new (sbyte, sbyte)[Levels]) : null;

    /// <summary>The cell of this tier, or of the finest that was told.</summary>
    public Cell At(LocationTier tier) => finest.Within(tier);

    /// <summary>In the cell, or so near to it that it makes no difference.</summary>
    public bool LiesBy(Cell cell)
    {
        Cell own = At(cell.Tier);
        (sbyte row, sbyte column) = near[(int)cell.Tier];
        int columns = Cell.Columns(cell.Tier);
        return own.Tier == cell.Tier
            && (cell.Row == own.Row || cell.Row == own.Row + row)
            && (cell.Column == own.Column || cell.Column == (own.Column + column + columns) % columns);
    }

    /// <summary>Which of so many it is in, and on which side, if on any, the next one is near.</summary>
    private static (int Index, sbyte Near) Split(double at, int count)
    {
        int index = Math.Min((int)at, count - 1);
        double within = at - index;
        return (index, within < MarginShare ? (sbyte)-1 : within > 1 - MarginShare ? (sbyte)1 : (sbyte)0);
    }
}
