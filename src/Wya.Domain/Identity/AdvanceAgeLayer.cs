using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Layer">The one that the person's age has come to, by <see cref="AgePolicy"/>.</param>
public sealed record AdvanceAgeLayer(AgeLayer Layer)
{
    public static Decision<UserEvent> Decide(User user, AdvanceAgeLayer command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        // Nobody grows younger: a late or a mistaken command leaves a person where they are.
        return command.Layer <= user.AgeLayer ? Decision<UserEvent>.Nothing : new AgeLayerChanged(user.AgeLayer, command.Layer);
    }
}
