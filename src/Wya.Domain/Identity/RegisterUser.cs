using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Id">Whose key seals what is recorded.</param>
/// <param name="Handle">As typed.</param>
/// <param name="BirthDate">Places the person in an age layer, now and on later birthdays.</param>
public sealed record RegisterUser(UserId Id, string Handle, DateOnly BirthDate)
{
    public static Decision<UserEvent> Decide(User user, RegisterUser command, DateTimeOffset now)
    {
        if (user.Handle is { } registered)
        {
            return registered.ValueOr("") == Identity.Handle.Normalize(command.Handle) ? Decision<UserEvent>.Nothing : IdentityRefusals.AlreadyRegistered;
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
            AgePolicy.Placement.InLayer(var layer) => new UserCreated(
                new Sensitive<string>(command.Id.Value, handle.Text),
                new Sensitive<IReadOnlyList<string>>(command.Id.Value, handle.Skeletons),
                layer,
                new Sensitive<DateOnly>(command.Id.Value, command.BirthDate)),
            var other => throw new InvalidOperationException($"Unknown placement {other}."),
        };
    }
}
