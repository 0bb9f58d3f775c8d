using FsCheck;
using FsCheck.Fluent;
using Shouldly;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Xunit;
using static Wya.Domain.Tests.Identity.UserSpec;

namespace Wya.Domain.Tests.Identity;

/// <summary>What moderators decide about a person, one beside the other, holds until each has ended.</summary>
public sealed class EnforceActionsTests
{
    private static readonly Config Quietly = Config.QuickThrowOnFailure.WithMaxTest(2000).WithQuietOnSuccess(true);

    private static readonly DateTimeOffset Tomorrow = Now.AddDays(1), NextWeek = Now.AddDays(7);

    private static readonly ModeratorAction Ban = new(Guid.NewGuid(), ActionKind.Ban);

    internal static readonly Gen<ModeratorAction> Actions =
        from kind in Gen.Elements(ActionKind.Ban, ActionKind.Suspend, ActionKind.Suspend, ActionKind.Restrict, ActionKind.Restrict)
        from capability in Gen.Elements("moderate", "chat.group", "fly")
        from hours in Gen.Elements<int?>(null, 1, 3, 8, 20)
        select new ModeratorAction(
            Guid.NewGuid(),
            kind,
            kind == ActionKind.Restrict ? capability : null,
            kind switch
            {
                ActionKind.Ban => null,
                ActionKind.Suspend => Now.AddHours(hours ?? 12),
                _ => hours is { } some ? Now.AddHours(some) : null,
            });

    [Fact]
    public void A_suspension_a_restriction_and_a_ban_say_where_the_statement_is()
    {
        Impose(Given(Robin()), Suspension(Tomorrow)).Then(Suspended(Tomorrow, EnforceActions.Reason));
        Impose(Given(Robin()), Restriction("chat.group", Tomorrow)).Then(Restricted("chat.group", Tomorrow, EnforceActions.Reason));
        Impose(Given(Robin()), Restriction("moderate")).Then(Restricted("moderate", reason: EnforceActions.Reason)); // also what is not held
        Impose(Given(Robin()), Ban).Then(Banned(EnforceActions.Reason));
    }

    [Fact]
    public void The_longer_one_holds_whichever_came_first()
    {
        ModeratorAction shorter = Suspension(Tomorrow), longer = Suspension(NextWeek);

        Impose(Given(Robin(), Suspended(Tomorrow)), longer, shorter).Then(Suspended(NextWeek, EnforceActions.Reason));
        Impose(Given(Robin(), Suspended(NextWeek)), shorter, longer).ThenNothing();
        Reverse(Given(Robin(), Suspended(NextWeek)), shorter, longer).ThenNothing();
        Reverse(Given(Robin(), Suspended(NextWeek)), longer, shorter).Then(Suspended(Tomorrow, EnforceActions.Reason));
        Reverse(Given(Robin(), Suspended(Tomorrow)), shorter).Then(new UserUnsuspended());
    }

    [Fact]
    public void A_suspension_under_a_ban_comes_back_when_the_ban_is_lifted()
    {
        ModeratorAction suspension = Suspension(NextWeek);

        Impose(Given(Robin(), Banned()), suspension, Ban).ThenNothing();
        Reverse(Given(Robin(), Banned()), Ban, suspension).Then(new UserUnbanned(), Suspended(NextWeek, EnforceActions.Reason));
        Reverse(Given(Robin(), Banned()), suspension, Ban).ThenNothing();
        Reverse(Given(Robin(), Banned()), Ban).Then(new UserUnbanned());
        Reverse(Given(Robin(), Banned()), Ban, new ModeratorAction(Guid.NewGuid(), ActionKind.Ban)).ThenNothing();
    }

    [Fact]
    public void A_reversal_lifts_nothing_that_the_action_did_not_impose() =>
        Reverse(Given(Robin(), Suspended(NextWeek), Restricted("moderate")), Restriction("chat.group")).ThenNothing();

    [Fact]
    public void There_is_nothing_to_take_from_who_is_not_there_and_no_capability_that_nobody_knows()
    {
        Impose(Given(), Ban).ThenRefused(IdentityRefusals.UserNotFound);
        Impose(Given(Robin(), new UserErased()), Ban).ThenRefused(IdentityRefusals.UserNotFound);
        Impose(Given(Robin()), Restriction("fly")).ThenRefused(IdentityRefusals.CapabilityUnknown);
    }

    /// <summary>After every step, and at every later moment, exactly what some action that stands still takes is taken.</summary>
    [Fact]
    public void In_whatever_order_actions_are_applied_and_reversed_each_holds_until_it_has_ended_itself() =>
        Prop.ForAll(Histories, steps =>
        {
            User user = Given(Robin());
            List<ModeratorAction> standing = [];
            DateTimeOffset now = Now;
            foreach ((ModeratorAction action, int turn) in steps)
            {
                now = now.AddMinutes(20);
                ModeratorAction concerned = action;
                if (turn % 2 == 1 && standing.Count > 0)
                {
                    concerned = standing[turn % standing.Count];
                    standing.Remove(concerned);
                }
                else
                {
                    standing.Add(concerned);
                }

                user = User.Stream.Fold(user, EnforceActions.Decide(user, new EnforceActions(RobinId, concerned, standing, now)).Events);
                foreach (DateTimeOffset moment in new[] { now, now.AddHours(2), now.AddHours(10), now.AddDays(30) })
                {
                    Standing known = At(user);
                    known.IsBanned.ShouldBe(standing.Any(one => one.Kind == ActionKind.Ban));
                    if (!known.IsBanned)
                    {
                        known.IsSuspended(moment).ShouldBe(standing.Any(one => one.Kind == ActionKind.Suspend && moment < one.Until));
                    }

                    foreach (string capability in new[] { "moderate", "chat.group" })
                    {
                        known.IsRestricted(capability, moment).ShouldBe(
                            standing.Any(one => one.Capability == capability && (one.Until is null || moment < one.Until)), capability);
                    }
                }
            }

            foreach (ModeratorAction last in standing.ToList())
            {
                standing.Remove(last);
                user = User.Stream.Fold(user, EnforceActions.Decide(user, new EnforceActions(RobinId, last, standing, now)).Events);
            }

            (user.IsBanned, user.SuspendedUntil, user.Restricted.Count).ShouldBe((false, null, 0));
        }).Check(Quietly);

    private static readonly Arbitrary<List<(ModeratorAction Action, int Turn)>> Histories = Gen.ListOf(
            from action in Actions.Where(action => action.Capability != "fly")
            from turn in Gen.Choose(0, 100)
            select (action, turn))
        .Select(steps => steps.ToList()).ToArbitrary();

    private static Standing At(User user) => Standing.Of(user.AgeLayer) with
    {
        IsBanned = user.IsBanned,
        SuspendedUntil = user.SuspendedUntil,
        Restricted = user.Restricted,
    };

    private static ModeratorAction Suspension(DateTimeOffset until) => new(Guid.NewGuid(), ActionKind.Suspend, Until: until);

    private static ModeratorAction Restriction(string capability, DateTimeOffset? until = null) => new(Guid.NewGuid(), ActionKind.Restrict, capability, until);

    private static EventStore.Decision<UserEvent> Impose(User user, ModeratorAction action, params IReadOnlyList<ModeratorAction> others) =>
        user.When(new EnforceActions(RobinId, action, [action, .. others], Now));

    private static EventStore.Decision<UserEvent> Reverse(User user, ModeratorAction action, params IReadOnlyList<ModeratorAction> others) =>
        user.When(new EnforceActions(RobinId, action, others, Now));
}
