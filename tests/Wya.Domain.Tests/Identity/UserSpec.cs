using System.Text.Json;
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

    public static UserCreated Robin(AgeLayer layer = AgeLayer.Adult) => new("robin", ["robin"], layer);

    public static User Given(params IReadOnlyList<UserEvent> history) => User.Stream.Fold(User.Stream.Initial, history);

    public static Decision<UserEvent> When(this User user, RegisterUser command, DateTimeOffset? at = null) => RegisterUser.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, VerifyUser command) => VerifyUser.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, SuspendUser command, DateTimeOffset? at = null) => SuspendUser.Decide(user, command, at ?? Now);

    public static Decision<UserEvent> When(this User user, UnsuspendUser command) => UnsuspendUser.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, GrantPermission command) => GrantPermission.Decide(user, command, Now);

    public static Decision<UserEvent> When(this User user, RevokePermission command) => RevokePermission.Decide(user, command, Now);

    public static void Then(this Decision<UserEvent> decision, params IReadOnlyList<UserEvent> facts)
    {
        decision.Refusal.ShouldBeNull();
        decision.Events.Select(Written).ShouldBe(facts.Select(Written));
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

    /// <summary>Records with lists compare by reference; what is stored compares by value.</summary>
    private static string Written(UserEvent fact) => fact.GetType().Name + JsonSerializer.Serialize(fact, fact.GetType(), EventJson.Options);
}
