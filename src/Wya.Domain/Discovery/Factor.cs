using System.Globalization;

namespace Wya.Domain.Discovery;

/// <summary>One thing that moved somebody's score, and by how much. The score is the sum of its factors, exactly.</summary>
/// <param name="Code">One of <see cref="FactorCode"/>; it never changes its meaning.</param>
/// <param name="Contribution">In ten-thousandths at the finest, and written without needless zeros wherever it comes from.</param>
public sealed record Factor(string Code, decimal Contribution)
{
    private const string Separator = " • ";
    private const decimal ExactOne = 1.0000000000000000000000000000m; // whatever is divided by it loses its trailing zeros

    public static Factor Of(string code, decimal contribution) => new(code, Math.Round(contribution, 4) / ExactOne);

    /// <summary>Several as one text, such as <c>tier.immediate 0.8000 • trust.high 0.2000</c>.</summary>
    public static string Write(IEnumerable<Factor> factors) => string.Join(
        Separator, factors.Select(factor => string.Create(CultureInfo.InvariantCulture, $"{factor.Code} {factor.Contribution:0.0000}")));

    /// <returns>Null for a text that is none.</returns>
    public static IReadOnlyList<Factor>? Read(string text)
    {
        List<Factor> factors = [];
        foreach (string part in text.Split(Separator))
        {
            if (part.Split(' ') is not [var code, var number]
                || !FactorCode.All.Contains(code)
                || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out decimal contribution))
            {
                return null;
            }

            factors.Add(Of(code, contribution));
        }

        return factors;
    }
}

/// <summary>Stable names of what moves a score, in the order in which it is told.</summary>
public static class FactorCode
{
    public const string Immediate = "tier.immediate";
    public const string Nearby = "tier.nearby";
    public const string Local = "tier.local";
    public const string City = "tier.city";
    public const string NoTier = "tier.unknown";
    public const string TrustHigh = "trust.high";
    public const string TrustMedium = "trust.medium";
    public const string TrustLow = "trust.low";
    public const string Friend = "friend";
    public const string SameRoom = "room.same";
    public const string ActiveChat = "chat.active";
    public const string Repeated = "variety.repeated";

    public static IReadOnlyList<string> All { get; } =
        [Immediate, Nearby, Local, City, NoTier, TrustHigh, TrustMedium, TrustLow, Friend, SameRoom, ActiveChat, Repeated];
}
