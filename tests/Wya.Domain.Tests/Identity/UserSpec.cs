using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Domain.Tests.Identity;

/// <summary>Given what happened, when somebody asks for something, then this is decided.</summary>
internal static class UserSpec
{
    public static DateTimeOffset Now { get; } = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    public static DateOnly BirthDateOfAn(int age) => new(Now.Year - age, 1, 1);

    public static UserId RobinId { get; } = new(new Guid("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e"));

    public static UserCreated Robin(AgeLayer layer = AgeLayer.Adult) => Created("robin", ["robin"], layer);

    public static UserCreated Created(string handle, IReadOnlyList<string> skeletons, AgeLayer layer, DateOnly? birthDate = null) =>
        new(OfRobin(handle), OfRobin(skeletons), layer, birthDate is { } date ? OfRobin(date) : null);

    public static UserSuspended Suspended(DateTimeOffset until, string reason = "Spam.") => new(until, OfRobin(reason));

    public static UserBanned Banned(string reason = "Threats.") => new(OfRobin(reason));

    public static PermissionRestricted Restricted(string capability, DateTimeOffset? until = null, string reason = "Spam.") =>
        new(capability, OfRobin(reason), until);

    public static Sensitive<T> OfRobin<T>(T value)
        where T : notnull => new(RobinId.Value, value);

    public static User Given(params IReadOnlyList<UserEvent> history) => User.Stream.Fold(User.Stream.Initial, history);

    public static Decision<UserEvent> When(this User user, RegisterUser command, DateTimeOffset? at = null) => RegisterUser.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, VerifyUser command) => VerifyUser.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, EnforceActions command) => EnforceActions.Decide(user, command);

    public static Decision<UserEvent> When(this User user, EndSuspension command, DateTimeOffset? at = null) => EndSuspension.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, AdvanceAgeLayer command) => AdvanceAgeLayer.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, GrantPermission command) => GrantPermission.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, RevokePermission command) => RevokePermission.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, RequestErasure command, DateTimeOffset? at = null) => RequestErasure.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, CancelErasure command, DateTimeOffset? at = null) => CancelErasure.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, EraseUser command, DateTimeOffset? at = null) => EraseUser.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, ReapplyErasure command) => ReapplyErasure.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, ChangeContactAddress command) => ChangeContactAddress.Decide(user, command, Now);

    public static void Then(this Decision<UserEvent> decision, params IReadOnlyList<UserEvent> facts)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBe(facts);
    }

    public static void ThenNothing(this Decision<UserEvent> decision)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.ShouldBeEmpty();
    }

    public static void ThenRefused(this Decision<UserEvent> decision, Refusal why)
    {
        decision.Events.ShouldBeEmpty();
        decision.Refusal.ShouldBe(why);
    }
}
