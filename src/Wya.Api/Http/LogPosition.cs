using System.Globalization;

namespace Wya.Api.Http;

/// <summary>A place in one domain's log, as <c>identity:42</c>: carried by every answer, and back by a later query.</summary>
internal readonly record struct LogPosition(string Domain, long Value)
{
    public const string Header = "Wya-Position";

    public const string LagHeader = "Wya-Lag-Seconds";

    /// <summary>Null when the request carries none; a problem when it is not a position of this domain.</summary>
    public static (LogPosition? Position, Problem? Problem) Read(HttpRequest request, string domain)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return (null, null);
        }

        string[] parts = values.Count == 1 ? values[0]!.Split(':') : [];
        return parts.Length == 2 && parts[0] == domain
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out long value)
            ? (new LogPosition(domain, value), null)
            : (null, Problems.PositionMalformed);
    }

    public void Write(HttpResponse response) => response.Headers[Header] = ToString();

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Domain}:{Value}");
}
