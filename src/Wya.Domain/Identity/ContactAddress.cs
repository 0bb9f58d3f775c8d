using System.Text.RegularExpressions;

namespace Wya.Domain.Identity;

/// <summary>Where a person can be reached outside: an e-mail address, or a telephone number with its country.</summary>
public static partial class ContactAddress
{
    public const int LengthMax = 254;

    /// <summary>
    /// Without the spaces around it, and a telephone number without those in it; null when it is neither. Whether it
    /// reaches anybody, only a message sent there can tell.
    /// </summary>
    public static string? Parse(string typed)
    {
        string text = typed.Trim();
        string digits = PhoneSeparators().Replace(text, "");
        return text.Length <= LengthMax && Mail().IsMatch(text) ? text : Phone().IsMatch(digits) ? digits : null;
    }

    [GeneratedRegex(@"\A[^\s@<>()\[\]\\,;:""]+@[^\s@<>()\[\]\\,;:""]+\.[^\s@<>()\[\]\\,;:""]{2,}\z", RegexOptions.CultureInvariant, 100)]
    private static partial Regex Mail();

    [GeneratedRegex(@"\A\+[1-9][0-9]{6,14}\z", RegexOptions.CultureInvariant, 100)]
    private static partial Regex Phone();

    [GeneratedRegex(@"[ ()./-]", RegexOptions.CultureInvariant, 100)]
    private static partial Regex PhoneSeparators();
}
