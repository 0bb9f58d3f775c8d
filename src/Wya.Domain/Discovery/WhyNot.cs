namespace Wya.Domain.Discovery;

/// <summary>Stable names of why somebody is not listed.</summary>
public static class WhyNotCode
{
    /// <summary>One for all that is the other person's affair, and for an id of nobody.</summary>
    public const string NotToBeSaid = "not-to-be-said";
    public const string Listed = "listed";
    public const string BeyondTwenty = "beyond-twenty";
    public const string OwnFilter = "own-filter";
    public const string OwnCapability = "own-capability";

    public static IReadOnlyList<string> All { get; } = [NotToBeSaid, Listed, BeyondTwenty, OwnFilter, OwnCapability];
}

public static class WhyNot
{
    /// <param name="hindrance">Null when nothing keeps them from being shown.</param>
    public static string Of(Hindrance? hindrance, bool isListed) => hindrance switch
    {
        null => isListed ? WhyNotCode.Listed : WhyNotCode.BeyondTwenty,
        Hindrance.FilteredOut => WhyNotCode.OwnFilter,
        Hindrance.BeyondReach => WhyNotCode.OwnCapability,
        _ => WhyNotCode.NotToBeSaid,
    };
}
