using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <param name="Id">Whose key seals it.</param>
/// <param name="Address">As typed; null removes the one there is.</param>
public sealed record ChangeContactAddress(UserId Id, string? Address)
{
    /// <summary>
    /// Recorded even if it is the same address: no state holds what is sealed, so only the command's own id tells a
    /// repetition.
    /// </summary>
    public static Decision<UserEvent> Decide(User user, ChangeContactAddress command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (command.Address is null)
        {
            return new ContactAddressChanged();
        }

        return ContactAddress.Parse(command.Address) is { } address
            ? new ContactAddressChanged(new Sensitive<string>(command.Id.Value, address))
            : IdentityRefusals.ContactAddressInvalid;
    }
}
