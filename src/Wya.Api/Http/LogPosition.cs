using System.Globalization;

namespace Wya.Api.Http;

/// <summary>
/// A place in one domain's log, as <c>identity:42</c>: carried by every answer, and back by a later query. Where a domain has
/// several logs, one in each, as <c>messaging:42.7</c>: 0 or left out is the beginning, and is nothing to wait for.
/// </summary>
internal readonly record struct LogPosition(string Domain, long Value, int Partition = 0)
{
    public const string Header = "Wya-Position";

    public const string LagHeader = "Wya-Lag-Seconds";

    /// <summary>In the log of a domain. Null when the request carries none; a problem when it is not a position of this domain.</summary>
    public static (LogPosition? Position, Problem? Problem) Read(HttpRequest request, OpenDomain domain)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return (null, null);
        }

        string[] parts = values.Count == 1 ? values[0]!.Split(':') : [];
        return parts.Length == 2 && parts[0] == domain.Definition.Domain && Numbers(parts[1], domain.Definition.Partitions) is { } numbers
            ? (domain.At(numbers.ElementAtOrDefault(domain.Definition.Partition)), null)
            : (null, Problems.PositionMalformed);
    }

    /// <summary>What <see cref="Text"/> makes, of as many logs or fewer; null for anything else.</summary>
    public static long[]? Numbers(string text, int partitions)
    {
        string[] parts = text.Split('.');
        long[] numbers = new long[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (i >= partitions || !long.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
            {
                return null;
            }
        }

        return numbers;
    }

    public static string Text(IEnumerable<long> numbers) => string.Join('.', numbers.Select(number => number.ToString(CultureInfo.InvariantCulture)));

    public void Write(HttpResponse response) => response.Headers[Header] = ToString();

    public override string ToString() => $"{Domain}:{Text([.. new long[Partition], Value])}";
}
