using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Takes the place of a suspension, and stays until it is lifted.</summary>
/// <param name="Id">Whose key seals the reason.</param>
/// <param name="Reason">Shown to the person concerned.</param>
public sealed record BanUser(UserId Id, string Reason)
{
    public static Decision<UserEvent> Decide(User user, BanUser command, DateTimeOffset now)
    {
        if (!user.IsThere)
        {
            return IdentityRefusals.UserNotFound;
        }

        if (user.IsBanned)
        {
            return Decision<UserEvent>.Nothing;
        }

        string reason = command.Reason.Trim();
        if (reason.Length is 0 or > IdentityRefusals.ReasonLengthMax)
        {
            return IdentityRefusals.ReasonInvalid;
        }

        return new UserBanned(new Sensitive<string>(command.Id.Value, reason));
    }
}
