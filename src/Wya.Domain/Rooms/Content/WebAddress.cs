using System.Globalization;

namespace Wya.Domain.Rooms.Content;

/// <summary>
/// Addresses outside that a room may name. The form is so narrow that every browser reads it in the same way: https, a host
/// in lower-case letters that is on the list, no port, no user, nothing that is not ASCII.
/// </summary>
public static class WebAddress
{
    private const string Scheme = "https://";
    private const string PathCharacters = "-._~:/?#[]@!$&'()*+,;=%";
    private const int LabelMax = 63;
    private const string Malformed = "This is no address of the form https://host/path; what is not ASCII is percent-encoded.";

    /// <param name="hosts">Names such as <c>example.org</c>, or <c>*.example.org</c> for all below it.</param>
    /// <returns>Null when all is well; else a code and a sentence.</returns>
    public static (string Code, string Reason)? Trouble(string address, IReadOnlyList<string> hosts)
    {
        if (address.Length > RoomLimits.AddressMax)
        {
            return (ContentCodes.TextTooLong, string.Create(CultureInfo.InvariantCulture, $"An address has at most {RoomLimits.AddressMax} characters."));
        }

        if (!address.StartsWith(Scheme, StringComparison.Ordinal))
        {
            return (ContentCodes.AddressNotHttps, "An address begins with https://.");
        }

        ReadOnlySpan<char> rest = address.AsSpan(Scheme.Length);
        int end = rest.IndexOfAny("/?#\\");
        ReadOnlySpan<char> host = end < 0 ? rest : rest[..end], path = end < 0 ? "" : rest[end..];
        return TroubleOfHost(host, hosts) ?? (IsPath(path) ? null : (ContentCodes.AddressMalformed, Malformed));
    }

    /// <summary>An entry of the list of hosts.</summary>
    public static bool IsHostPattern(string pattern)
    {
        ReadOnlySpan<char> host = pattern.StartsWith("*.", StringComparison.Ordinal) ? pattern.AsSpan(2) : pattern;
        return IsName(host) && !IsNumeric(host);
    }

    private static (string Code, string Reason)? TroubleOfHost(ReadOnlySpan<char> host, IReadOnlyList<string> hosts)
    {
        if (host.Contains('@'))
        {
            return (ContentCodes.AddressUser, "An address names no user and no password.");
        }

        if (host.StartsWith("[") || IsNumeric(host))
        {
            return (ContentCodes.AddressNumeric, "An address names its host, and not by a number.");
        }

        if (host.Contains(':'))
        {
            return (ContentCodes.AddressPort, "An address names no port.");
        }

        if (host.ContainsAnyExceptInRange('\0', '\x7f'))
        {
            return (ContentCodes.AddressLetters, "The name of a host has no letters that look like others: a to z, digits, hyphens and dots.");
        }

        if (!IsName(host))
        {
            return (ContentCodes.AddressMalformed, Malformed);
        }

        foreach (string allowed in hosts)
        {
            if (allowed.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(allowed.AsSpan(1)) : host.SequenceEqual(allowed))
            {
                return null;
            }
        }

        return host.StartsWith("xn--") || host.Contains(".xn--", StringComparison.Ordinal)
            ? (ContentCodes.AddressLetters, "The name of this host stands for letters that look like others.")
            : (ContentCodes.AddressHost, "This host is not one that rooms may lead to or load from.");
    }

    private static bool IsName(ReadOnlySpan<char> host)
    {
        int labels = 0;
        foreach (Range part in host.Split('.'))
        {
            ReadOnlySpan<char> label = host[part];
            if (label.Length is 0 or > LabelMax || label[0] == '-' || label[^1] == '-')
            {
                return false;
            }

            foreach (char character in label)
            {
                if (!(char.IsAsciiLetterLower(character) || char.IsAsciiDigit(character) || character == '-'))
                {
                    return false;
                }
            }

            labels++;
        }

        return labels > 1 && host.Length <= 253;
    }

    /// <summary>A browser takes a host for an IPv4 address when its last label is a number, in whatever base.</summary>
    private static bool IsNumeric(ReadOnlySpan<char> host)
    {
        ReadOnlySpan<char> name = host.TrimEnd('.');
        ReadOnlySpan<char> last = name[(name.LastIndexOf('.') + 1)..];
        return last.Length > 0 && (!last.ContainsAnyExceptInRange('0', '9') || last.StartsWith("0x", StringComparison.OrdinalIgnoreCase));
    }

    private static bool IsPath(ReadOnlySpan<char> path)
    {
        for (int i = 0; i < path.Length; i++)
        {
            char character = path[i];
            if (!char.IsAsciiLetterOrDigit(character) && !PathCharacters.Contains(character, StringComparison.Ordinal))
            {
                return false;
            }

            if (character == '%' && !(i + 2 < path.Length && char.IsAsciiHexDigit(path[i + 1]) && char.IsAsciiHexDigit(path[i + 2])))
            {
                return false;
            }
        }

        return true;
    }
}
