namespace Wya.Domain.Presence.Events;

/// <summary>
/// A cell of the geohash grid, of level 4 to 7. The world is halved in turn by longitude and latitude, five times for each
/// character; so the cell of a coarser level is a beginning of the finer one's name, and here a shift of two numbers.
/// </summary>
/// <param name="Row">Counted from the south.</param>
/// <param name="Column">Counted from the antimeridian to the east; the last one touches the first.</param>
public readonly record struct Cell(LocationTier Tier, int Row, int Column)
{
    private const string Digits = "0123456789bcdefghjkmnpqrstuvwxyz";
    private const int CoarsestLevel = 4;
    private const int BitsOfDigit = 5;

    /// <summary>As geohash writes it: four to seven characters.</summary>
    public string Hash
    {
        get
        {
            Span<char> text = stackalloc char[Level(Tier)];
            int rowBits = RowBits(Tier), columnBits = ColumnBits(Tier);
            for (int i = 0; i < text.Length; i++)
            {
                int digit = 0;
                for (int bit = 0; bit < BitsOfDigit; bit++)
                {
                    bool isColumn = ((i * BitsOfDigit) + bit) % 2 == 0;
                    digit = (digit << 1) | (isColumn ? (Column >> --columnBits) & 1 : (Row >> --rowBits) & 1);
                }

                text[i] = Digits[digit];
            }

            return new string(text);
        }
    }

    /// <returns>Null for what is not a geohash of level 4 to 7.</returns>
    public static Cell? Parse(string hash)
    {
        if (hash.Length < CoarsestLevel || hash.Length > Level(LocationTier.Immediate))
        {
            return null;
        }

        int row = 0, column = 0, at = 0;
        foreach (char character in hash)
        {
            int digit = Digits.IndexOf(character, StringComparison.Ordinal);
            if (digit < 0)
            {
                return null;
            }

            for (int bit = BitsOfDigit - 1; bit >= 0; bit--, at++)
            {
                int value = (digit >> bit) & 1;
                (row, column) = at % 2 == 0 ? (row, (column << 1) | value) : ((row << 1) | value, column);
            }
        }

        return new Cell((LocationTier)(hash.Length - CoarsestLevel), row, column);
    }

    public static int Rows(LocationTier tier) => 1 << RowBits(tier);

    public static int Columns(LocationTier tier) => 1 << ColumnBits(tier);

    /// <summary>The cell of this tier that holds this one; itself when it is no finer.</summary>
    public Cell Within(LocationTier tier) => tier >= Tier
        ? this
        : new Cell(tier, Row >> (RowBits(Tier) - RowBits(tier)), Column >> (ColumnBits(Tier) - ColumnBits(tier)));

    /// <summary>The same cell, or one of its eight neighbours.</summary>
    public bool Touches(Cell other) =>
        Tier == other.Tier && Math.Abs(Row - other.Row) <= 1 && ColumnsApart(other) <= 1;

    /// <summary>
    /// How near the two are: the finest tier, no finer than either, at which they are the same or touch; null when they are far
    /// apart. It depends on nothing finer than the cells, so whoever asks from everywhere finds a cell and never a part of it.
    /// </summary>
    public LocationTier? NearnessTo(Cell other)
    {
        for (LocationTier? tier = Tier < other.Tier ? Tier : other.Tier; tier is { } asked; tier = asked == LocationTier.City ? null : asked - 1)
        {
            if (Within(asked).Touches(other.Within(asked)))
            {
                return asked;
            }
        }

        return null;
    }

    /// <summary>Itself and those around it, eight but at the poles.</summary>
    public IReadOnlyList<Cell> Neighbourhood()
    {
        int columns = Columns(Tier);
        List<Cell> around = new(9);
        for (int row = Math.Max(0, Row - 1); row <= Math.Min(Rows(Tier) - 1, Row + 1); row++)
        {
            for (int step = -1; step <= 1; step++)
            {
                around.Add(new Cell(Tier, row, (Column + step + columns) % columns));
            }
        }

        return around;
    }

    /// <summary>The least distance between the two, in kilometres, from their rows and columns alone; rough, and never too long.</summary>
    public double KilometresApart(Cell other)
    {
        LocationTier tier = Tier < other.Tier ? Tier : other.Tier;
        Cell one = Within(tier), two = other.Within(tier);
        int rowsBetween = Math.Max(0, Math.Abs(one.Row - two.Row) - 1), columnsBetween = Math.Max(0, one.ColumnsApart(two) - 1);
        double furthestRow = Math.Max(Math.Abs(one.Row + 0.5 - (Rows(tier) / 2.0)), Math.Abs(two.Row + 0.5 - (Rows(tier) / 2.0)));
        double narrowest = Math.Cos(furthestRow / Rows(tier) * Math.PI);
        return double.Hypot(rowsBetween * (20_004.0 / Rows(tier)), columnsBetween * (40_075.0 / Columns(tier)) * narrowest);
    }

    private int ColumnsApart(Cell other)
    {
        int apart = Math.Abs(Column - other.Column);
        return Math.Min(apart, Columns(Tier) - apart);
    }

    private static int Level(LocationTier tier) => CoarsestLevel + (int)tier;

    private static int RowBits(LocationTier tier) => Level(tier) * BitsOfDigit / 2;

    private static int ColumnBits(LocationTier tier) => ((Level(tier) * BitsOfDigit) + 1) / 2;
}
