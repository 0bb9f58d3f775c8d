using System.Globalization;

namespace Wya.Domain.Rooms.Content;

/// <summary>A colour as rooms name it: <c>#RRGGBB</c>.</summary>
public readonly record struct Colour(byte Red, byte Green, byte Blue)
{
    /// <summary>What WCAG 2 asks for between a text and what is behind it.</summary>
    public const double ReadableContrast = 4.5;

    private const double EasyContrast = 7;

    private static readonly Colour Black = new(0, 0, 0), SoftBlack = new(0x17, 0x17, 0x1C), White = new(0xFF, 0xFF, 0xFF), SoftWhite = new(0xF5, 0xF5, 0xF2);

    /// <summary>Black or white, soft where that is read easily; on every colour there is, the better one can be read.</summary>
    public Colour Ink =>
        Contrast(SoftWhite) >= EasyContrast ? SoftWhite
        : Contrast(SoftBlack) >= EasyContrast ? SoftBlack
        : Contrast(White) >= Contrast(Black) ? White : Black;

    public static bool TryParse(string text, out Colour colour)
    {
        bool isOne = text.Length == 7 && text[0] == '#' && text.Skip(1).All(char.IsAsciiHexDigit);
        int value = isOne ? int.Parse(text.AsSpan(1), NumberStyles.HexNumber, CultureInfo.InvariantCulture) : 0;
        colour = new Colour((byte)(value >> 16), (byte)(value >> 8), (byte)value);
        return isOne;
    }

    /// <returns>1 to 21.</returns>
    public double Contrast(Colour other)
    {
        double one = Luminance, two = other.Luminance;
        return (Math.Max(one, two) + 0.05) / (Math.Min(one, two) + 0.05);
    }

    /// <param name="share">Of the other: 0 to 1.</param>
    public Colour Mixed(Colour other, double share) => new(Part(Red, other.Red, share), Part(Green, other.Green, share), Part(Blue, other.Blue, share));

    /// <summary>The colour itself, or as much of it as can be read on what is behind it.</summary>
    public Colour ReadableOn(Colour behind)
    {
        for (double share = 0; share < 1; share += 0.1)
        {
            Colour mixed = Mixed(behind.Ink, share);
            if (mixed.Contrast(behind) >= ReadableContrast)
            {
                return mixed;
            }
        }

        return behind.Ink;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"#{Red:X2}{Green:X2}{Blue:X2}");

    private static byte Part(byte own, byte other, double share) => (byte)Math.Round(own + ((other - own) * share));

    private double Luminance => (0.2126 * Linear(Red)) + (0.7152 * Linear(Green)) + (0.0722 * Linear(Blue));

    private static double Linear(byte part)
    {
        double share = part / 255.0;
        return share <= 0.04045 ? share / 12.92 : Math.Pow((share + 0.055) / 1.055, 2.4);
    }
}
