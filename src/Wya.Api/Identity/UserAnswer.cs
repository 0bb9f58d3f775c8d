using Wya.Api.Access;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>A person as others see them; what is not for the caller is left out.</summary>
/// <param name="Id">The person's id.</param>
/// <param name="Handle">The name that they are known by; it never changes.</param>
/// <param name="AgeLayer">For themselves, moderators and operators.</param>
/// <param name="Status">active, suspended or banned, at this moment; for themselves, moderators and operators.</param>
/// <param name="SuspendedUntil">The end of the suspension, if there is one; for themselves, moderators and operators.</param>
/// <param name="VerifiedAt">When they were verified, if they were; for themselves, moderators and operators.</param>
/// <param name="CreatedAt">When they registered; for themselves, moderators and operators.</param>
internal sealed record UserAnswer(
    UserId Id,
    string Handle,
    AgeLayer? AgeLayer = null,
    string? Status = null,
    DateTimeOffset? SuspendedUntil = null,
    DateTimeOffset? VerifiedAt = null,
    DateTimeOffset? CreatedAt = null)
{
    /// <summary>Null when the caller may not know that the person exists.</summary>
    public static UserAnswer? For(Caller caller, UserView? user, DateTimeOffset now)
    {
        if (user is null || !caller.MaySee(user))
        {
            return null;
        }

        return caller.SeesAll || caller.Id == user.Id ? Whole(user, now) : new UserAnswer(user.Id, user.Handle);
    }

    public static UserAnswer Whole(UserView user, DateTimeOffset now)
    {
        string status = user.StatusAt(now);
        return new UserAnswer(
            user.Id,
            user.Handle,
            user.AgeLayer,
            status,
            status == UserStatus.Suspended ? user.SuspendedUntil : null,
            user.VerifiedAt,
            user.CreatedAt);
    }
}
