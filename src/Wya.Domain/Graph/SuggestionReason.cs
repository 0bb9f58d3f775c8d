using System.Globalization;

namespace Wya.Domain.Graph;

/// <summary>Says why somebody is suggested, in plain words: nothing else has spoken for them.</summary>
public static class SuggestionReason
{
    /// <param name="mutualFriends">All whom they have in common.</param>
    /// <param name="named">The handles of some of those.</param>
    public static IReadOnlyList<string> All(int mutualFriends, IReadOnlyList<string> named, bool followsYou)
    {
        List<string> reasons = [];
        if (mutualFriends > 0)
        {
            string friends = mutualFriends == 1 ? "friend" : "friends";
            int others = mutualFriends - named.Count;
            string names = (named, others) switch
            {
                ([], _) => "",
                (_, 0) => $": {string.Join(", ", named)}",
                _ => string.Create(CultureInfo.InvariantCulture, $": {string.Join(", ", named)} and {others} more"),
            };
            reasons.Add(string.Create(CultureInfo.InvariantCulture, $"{mutualFriends} mutual {friends}{names}"));
        }

        if (followsYou)
        {
            reasons.Add("Follows you");
        }

        return reasons;
    }
}
