using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Discovery.Events;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;
using Wya.Domain.Tests.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Domain.Tests.Identity;

/// <summary>What holds for every user, whatever has happened to them and in whatever order.</summary>
public sealed class UserHistoryTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true);

    private static readonly Gen<Step> Steps = Gen.OneOf(
        Step("register",
            from handle in Gen.Elements("robin", "Robin", "kim", "admin", "x")
            from age in Gen.Elements(11, 13, 17, 18, 22, 140)
            select new RegisterUser(UserSpec.RobinId, handle, UserSpec.BirthDateOfAn(age)),
            RegisterUser.Decide),
        Step("verify", Gen.Constant(new VerifyUser()), VerifyUser.Decide),
        Step("moderate",
            from concerned in EnforceActionsTests.Actions
            from standing in Gen.ListOf(EnforceActionsTests.Actions)
            from hours in Gen.Choose(0, 50)
            select new EnforceActions(UserSpec.RobinId, concerned, [.. standing], UserSpec.Now.AddHours(hours)),
            (user, command, _) => EnforceActions.Decide(user, command)),
        Step("grant", from capability in Gen.Elements("moderate", "chat.group", "fly") select new GrantPermission(capability), GrantPermission.Decide),
        Step("revoke",
            from capability in Gen.Elements("moderate", "chat.group", "fly")
            from reason in Gen.Elements(null, "Left.", " ")
            select new RevokePermission(UserSpec.RobinId, capability, reason),
            RevokePermission.Decide),
        Step("presence settings",
            from level in Gen.Elements(PrivacyLevel.Hidden, PrivacyLevel.Precise)
            from isInvisible in Gen.Elements(true, false)
            from locationIsOn in Gen.Elements<bool?>(null, true, false)
            select new ChangePresenceSettings(level, isInvisible, locationIsOn),
            (user, command, _) => ChangePresenceSettings.Decide(user, command)),
        Step("discovery preferences",
            from percent in Gen.Choose(48, 52)
            from circle in Gen.Elements(Enum.GetValues<FindableBy>())
            from friendsOnly in Gen.Elements(true, false)
            select new ChangeDiscoveryPreferences(new DiscoveryPreferences(DiscoveryOrder.Ranked, percent, circle, friendsOnly)),
            (user, command, _) => ChangeDiscoveryPreferences.Decide(user, command)),
        Step("request erasure", from hours in Gen.Choose(0, 5) select new RequestErasure(TimeSpan.FromHours(hours)), RequestErasure.Decide),
        Step("cancel erasure", Gen.Constant(new CancelErasure()), CancelErasure.Decide),
        Step("erase", Gen.Constant(new EraseUser()), EraseUser.Decide));

    private static readonly Arbitrary<List<Step>> AnyHistory = Gen.ListOf(Steps).Select(steps => steps.ToList()).ToArbitrary();

    [Fact]
    public void Every_command_may_be_sent_twice_and_the_second_time_records_nothing() =>
        Prop.ForAll(AnyHistory, history =>
        {
            Play(history, (step, user, now, first) =>
            {
                User after = User.Stream.Fold(user, first.Events);
                // What was accepted succeeds again however late; what was refused is refused again.
                DateTimeOffset later = first.Refusal is null ? now.AddHours(step.ResentAfterHours) : now;
                Decision<UserEvent> second = step.Decide(after, later);
                second.Events.ShouldBeEmpty(step.ToString());
                second.Refusal.ShouldBe(first.Refusal, step.ToString());
            });
        }).Check(Quietly);

    [Fact]
    public void What_is_read_back_folds_to_the_same_user() =>
        Prop.ForAll(AnyHistory, history =>
        {
            List<UserEvent> recorded = [];
            User user = Play(history, (_, _, _, decision) => recorded.AddRange(decision.Events));
            User readBack = User.Stream.Fold(User.Stream.Initial, recorded.Select(Stored));
            Show(readBack).ShouldBe(Show(user));
        }).Check(Quietly);

    [Fact]
    [Trait("seed", "1.1")]
    public void Who_a_user_is_never_changes_once_registered() =>
        Prop.ForAll(AnyHistory, history =>
        {
            Sensitive<string>? handle = null;
            Play(history, (step, user, _, _) =>
            {
                if (handle is not null)
                {
                    user.Handle.ShouldBe(handle, step.ToString());
                }

                handle = user.Handle;
            });
        }).Check(Quietly);

    [Fact]
    public void Every_reason_to_refuse_occurs_and_is_listed()
    {
        HashSet<string> seen = [];
        Prop.ForAll(AnyHistory, history => Play(history, (_, _, _, decision) => seen.Add(decision.Refusal?.Code ?? "none")))
            .Check(Quietly);
        seen.Remove("none");
        seen.Add(IdentityRefusals.ContactAddressInvalid.Code); // a change of address is no step here: no state tells a repetition of it
        seen.ShouldBe(IdentityRefusals.All.Select(refusal => refusal.Code), ignoreOrder: true);
    }

    private static User Play(List<Step> history, Action<Step, User, DateTimeOffset, Decision<UserEvent>> look)
    {
        User user = User.Stream.Initial;
        DateTimeOffset now = UserSpec.Now;
        foreach (Step step in history)
        {
            now = now.AddHours(1);
            Decision<UserEvent> decision = step.Decide(user, now);
            look(step, user, now, decision);
            user = User.Stream.Fold(user, decision.Events);
        }

        return user;
    }

    private static UserEvent Stored(UserEvent fact) => (UserEvent)SealedEvents.WrittenAndRead(fact);

    private static string Show(User user) =>
        (user.Handle?.ValueOr("") ?? "nobody") + JsonSerializer.Serialize(user with { Handle = null }, EventJson.Options);

    private static Gen<Step> Step<TCommand>(
        string name, Gen<TCommand> commands, Func<User, TCommand, DateTimeOffset, Decision<UserEvent>> decide) =>
        from command in commands
        from hours in Gen.Choose(0, 100)
        select new Step($"{name} {command}", (user, now) => decide(user, command, now), hours);
}

/// <summary>A command on its way, and how much later it is sent again.</summary>
public sealed record Step(string What, Func<User, DateTimeOffset, Decision<UserEvent>> Decide, int ResentAfterHours)
{
    public override string ToString() => What;
}
