using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="LocationIsOn">Null leaves it as it was.</param>
public sealed record ChangePresenceSettings(PrivacyLevel PrivacyLevel, bool IsInvisible, bool? LocationIsOn)
{
    public static Decision<UserEvent> Decide(User user, ChangePresenceSettings command)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        // What a minor turns on holds for one stay, so it is nothing that could be recorded.
        if (user.AgeLayer == AgeLayer.Minor && command.LocationIsOn == true)
        {
            return IdentityRefusals.LocationEachStay;
        }

        var changed = new PresenceSettingsChanged(
            command.PrivacyLevel, command.IsInvisible, command.LocationIsOn ?? user.PresenceSettings?.LocationIsOn);
        return changed == user.PresenceSettings ? Decision<UserEvent>.Nothing : changed;
    }
}
