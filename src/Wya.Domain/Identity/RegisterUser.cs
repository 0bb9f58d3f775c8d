using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Handle">As typed.</param>
/// <param name="BirthDate">Used to place the person in an age layer, and then forgotten.</param>
public sealed record RegisterUser(string Handle, DateOnly BirthDate)
{
    public static Decision<UserEvent> Decide(User user, RegisterUser command, DateTimeOffset now)
    {
        if (user.IsRegistered)
        {
            return user.Handle == Identity.Handle.Normalize(command.Handle) ? Decision<UserEvent>.Nothing : IdentityRefusals.AlreadyRegistered;
        }

        if (!Identity.Handle.TryParse(command.Handle, out Handle? handle, out string? problem))
        {
            return IdentityRefusals.HandleInvalid(problem);
        }

        if (handle.IsReserved)
        {
            return IdentityRefusals.HandleTaken;
        }

        return AgePolicy.Place(command.BirthDate, now) switch
        {
            AgePolicy.Placement.Implausible => IdentityRefusals.BirthDateInvalid,
            AgePolicy.Placement.UnderAge => IdentityRefusals.UnderAge,
            AgePolicy.Placement.InLayer(var layer) => new UserCreated(handle.Text, handle.Skeletons, layer),
            var other => throw new InvalidOperationException($"Unknown placement {other}."),
        };
    }
}
