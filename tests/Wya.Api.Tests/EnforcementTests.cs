using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Api.Http;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>What is decided about a person is acknowledged as done once those who enforce it by rows of their own have taken it.</summary>
public sealed class EnforcementTests(SharedApi shared)
{
    [Fact]
    public async Task Once_it_is_acknowledged_it_holds_in_messaging_with_the_next_request()
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson();
        for (int i = 0; i < 10; i++)
        {
            var action = Guid.NewGuid();
            (await Acknowledged(api, person, await api.Record(person.Id, action, Suspension(person)))).ShouldBeEmpty();
            (await person.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
            (await Acknowledged(api, person, await api.Record(person.Id, action, (_, _, _) => new ActionReversed(action)))).ShouldBeEmpty();
            (await person.Client.Send("GET", "/conversations")).Status.ShouldBe(200);
        }
    }

    [Fact]
    public async Task It_is_said_who_has_not_taken_it_yet()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Role"] = "api"); // nobody follows the logs
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());
        var person = new Person(registered.Id, registered.String("handle")!, api.Anonymous);

        (await Acknowledged(api, person, await api.Record(person.Id, Guid.NewGuid(), Suspension(person))))
            .ShouldBe(["identity", "graph", "rooms", "messaging"], ignoreOrder: true);
    }

    /// <summary>What is in force stays in force while nobody hears of its end, whatever is decided meanwhile.</summary>
    [Fact]
    public async Task While_safety_is_not_heard_nobody_gains_a_capability()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:PositionWaitMilliseconds"] = "300");
        Person person = await api.NewPerson();
        await api.HeardFromIdentity();
        Guid[] actions = [await api.Suspend(person.Id), await api.Mute(person.Id), await api.Restrict(person.Id, "chat.group")];
        Consumer[] followers = [.. api.Services.GetServices<OpenDomain>().SelectMany(domain => domain.Consumers)
            .Where(consumer => consumer.Source.Domain == "safety" && consumer.Target.Domain != "safety")];
        var projections = new Wya.EventStore.Postgres.Projections(followers, TimeProvider.System);
        foreach (Consumer follower in followers)
        {
            (await projections.Pause(follower, "ada", TestContext.Current.CancellationToken)).ShouldBeTrue();
        }

        long last = 0;
        foreach (Guid action in actions)
        {
            last = await api.Record(person.Id, action, (_, _, _) => new ActionReversed(action));
        }

        (await Acknowledged(api, person, last)).ShouldBe(["identity", "graph", "rooms", "messaging"], ignoreOrder: true);
        (await person.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
        (await person.Client.Send("GET", "/me/capabilities/chat.group/why")).Json.GetProperty("held").GetBoolean().ShouldBeFalse();
        (await api.Databases["messaging"].Scalar<long>($"select count(*) from mutes where user_id = '{person.Id}'")).ShouldBe(1);

        foreach (Consumer follower in followers)
        {
            (await projections.Resume(follower, "ada", TestContext.Current.CancellationToken)).ShouldBeTrue();
        }

        await Eventually.Is(async () => (await Acknowledged(api, person, last)).Count == 0, "everybody has taken it");
        (await person.Client.Send("GET", "/conversations")).Status.ShouldBe(200);
        (await person.Client.Send("GET", "/me/capabilities/chat.group/why")).Json.GetProperty("held").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task A_decision_that_cannot_be_enforced_is_seen_by_operators_and_lifts_nothing()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:PositionWaitMilliseconds"] = "1000");
        Person person = await api.NewPerson(), other = await api.NewPerson();
        await api.HeardFromIdentity();
        Guid suspension = await api.Suspend(person.Id);
        Consumer follower = api.Services.GetServices<OpenDomain>().Single(domain => domain.Name == "identity").Consumers
            .Single(consumer => consumer.Name == ModerationFollower.Name);

        long position = await api.Record(person.Id, Guid.NewGuid(), (action, basis, statement) =>
            new CapabilityRestricted(action, new UserId(person.Id), "fly", basis, statement));
        await Eventually.Is(
            async () => await DeadLetters.List(follower, deadOnly: false, ct: TestContext.Current.CancellationToken) is [{ EventType: "safety.capability_restricted" }],
            "the decision is set aside");

        (await Acknowledged(api, person, position)).ShouldBe(["identity"]);
        await api.Record(person.Id, suspension, (_, _, _) => new ActionReversed(suspension)); // waits behind it
        await api.Suspend(other.Id); // nobody else waits
        (await other.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
        (await person.Client.Send("GET", "/conversations")).Problem.ShouldBe("account-suspended");
    }

    [Fact]
    public async Task Who_is_not_known_to_messaging_yet_is_asked_to_come_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:Role"] = "api");
        Answer registered = await api.Anonymous.Register(Requests.NewHandle());
        HttpClient person = api.With(await api.Token(registered.String("handle")!));

        Answer answer = await person.Send("GET", "/conversations");

        (answer.Status, answer.Problem).ShouldBe((503, "not-known-yet"));
        answer.Header("Retry-After").ShouldNotBeNull();
    }

    private static Func<Guid, ActionBasis, Sensitive<StatementOfReasons>, CaseEvent> Suspension(Person person) => (action, basis, statement) =>
        new SuspensionApplied(action, new UserId(person.Id), DateTimeOffset.UtcNow.AddDays(1), basis, statement);

    /// <summary>As a command waits that holds everywhere.</summary>
    private static Task<IReadOnlyList<string>> Acknowledged(ApiHost api, Person person, long position) => api.Services.GetRequiredService<Enforcement>()
        .WaitFor(api.Services.GetRequiredService<SafetyLog>(), CaseId.Of(new UserId(person.Id)).Value, position, TestContext.Current.CancellationToken);
}
