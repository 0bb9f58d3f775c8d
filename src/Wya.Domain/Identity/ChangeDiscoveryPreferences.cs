using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>What an age layer does not allow is kept as a wish, and holds once the layer allows it.</summary>
public sealed record ChangeDiscoveryPreferences(DiscoveryPreferences Preferences)
{
    public static Decision<UserEvent> Decide(User user, ChangeDiscoveryPreferences command)
    {
        DiscoveryPreferences wanted = command.Preferences;
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (wanted.ProximityPercent is < DiscoveryPreferences.ProximityPercentMin or > DiscoveryPreferences.ProximityPercentMax)
        {
            return IdentityRefusals.ProximityWeightInvalid;
        }

        return wanted == (user.DiscoveryPreferences ?? DiscoveryPreferences.Default)
            ? Decision<UserEvent>.Nothing
            : new DiscoveryPreferencesChanged(wanted.Order, wanted.ProximityPercent, wanted.FindableBy, wanted.FriendsOnly, wanted.Furthest);
    }
}
