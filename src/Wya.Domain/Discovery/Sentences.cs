using System.Collections.Frozen;

namespace Wya.Domain.Discovery;

/// <summary>What the codes of discovery say to people, in each language that there is. A language that is not here is answered in English.</summary>
public static class Sentences
{
    public const string English = "en";
    public const string German = "de";

    private const string Separator = " • ";

    private static readonly FrozenDictionary<string, FrozenDictionary<string, string>> Tables = new Dictionary<string, FrozenDictionary<string, string>>
    {
        [English] = new Dictionary<string, string>
        {
            [FactorCode.Immediate] = "Very close to you",
            [FactorCode.Nearby] = "Close to you",
            [FactorCode.Local] = "In your area",
            [FactorCode.City] = "In your city",
            [FactorCode.NoTier] = "Around now",
            [FactorCode.TrustHigh] = "High trust score",
            [FactorCode.TrustMedium] = "Medium trust score",
            [FactorCode.TrustLow] = "Low trust score",
            [FactorCode.Friend] = "Your friend",
            [FactorCode.SameRoom] = "In the same room as you",
            [FactorCode.ActiveChat] = "You are talking",
            [FactorCode.Repeated] = "Much like others above",
            [WhyNotCode.NotToBeSaid] = "You cannot find this person now. They may not be around, may not want to be found, or may not exist: which of these is theirs to tell.",
            [WhyNotCode.Listed] = "This person is listed.",
            [WhyNotCode.BeyondTwenty] = "This person is around, and at least twenty others come before them.",
            [WhyNotCode.OwnFilter] = "This person is around, and your own filter leaves them out.",
            [WhyNotCode.OwnCapability] = "This person is around, and you can find friends and friends of friends only. Your capabilities say why.",
        }.ToFrozenDictionary(StringComparer.Ordinal),
        [German] = new Dictionary<string, string>
        {
            [FactorCode.Immediate] = "Ganz in deiner Nähe",
            [FactorCode.Nearby] = "In deiner Nähe",
            [FactorCode.Local] = "In deiner Gegend",
            [FactorCode.City] = "In deiner Stadt",
            [FactorCode.NoTier] = "Gerade da",
            [FactorCode.TrustHigh] = "Hohes Vertrauen",
            [FactorCode.TrustMedium] = "Mittleres Vertrauen",
            [FactorCode.TrustLow] = "Niedriges Vertrauen",
            [FactorCode.Friend] = "Mit dir befreundet",
            [FactorCode.SameRoom] = "Im selben Raum wie du",
            [FactorCode.ActiveChat] = "Ihr sprecht miteinander",
            [FactorCode.Repeated] = "Anderen weiter oben sehr ähnlich",
            [WhyNotCode.NotToBeSaid] = "Du kannst diese Person jetzt nicht finden. Vielleicht ist sie nicht da, will nicht gefunden werden oder existiert nicht: Das zu sagen ist ihre Sache.",
            [WhyNotCode.Listed] = "Diese Person ist aufgeführt.",
            [WhyNotCode.BeyondTwenty] = "Diese Person ist da, und mindestens zwanzig andere kommen vor ihr.",
            [WhyNotCode.OwnFilter] = "Diese Person ist da, und dein eigener Filter lässt sie aus.",
            [WhyNotCode.OwnCapability] = "Diese Person ist da, und du kannst nur Freunde und deren Freunde finden. Deine Berechtigungen sagen, warum.",
        }.ToFrozenDictionary(StringComparer.Ordinal),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IReadOnlyCollection<string> Languages => Tables.Keys;

    /// <summary>As in "Very close to you • High trust score • Your friend".</summary>
    public static string Of(IEnumerable<Factor> factors, string language = English) =>
        string.Join(Separator, factors.Select(factor => Of(factor.Code, language)));

    public static string Of(string code, string language = English) => Tables[Tables.ContainsKey(language) ? language : English][code];

    /// <param name="accepted">As a browser sends it, <c>de-AT,de;q=0.9,en;q=0.8</c>: the first that is known.</param>
    public static string Language(string? accepted) =>
        (accepted ?? "").Split(',').Select(one => one.Split(';', '-')[0].Trim().ToLowerInvariant()).FirstOrDefault(Tables.ContainsKey) ?? English;
}
