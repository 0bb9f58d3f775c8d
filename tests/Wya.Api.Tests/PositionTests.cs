using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Wya.Api.Identity;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

public sealed class PositionTests(SharedApi shared)
{
    [Theory]
    [InlineData("")]
    [InlineData("42")]
    [InlineData("identity")]
    [InlineData("identity:")]
    [InlineData("identity:-1")]
    [InlineData("identity:+1")]
    [InlineData("identity: 1")]
    [InlineData("identity:1:2")]
    [InlineData("identity:0x1")]
    [InlineData("identity:99999999999999999999")]
    [InlineData("graph:1")]
    public async Task Nonsense_is_turned_down(string position)
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        await TurnedDownTests.NothingChanges(api, () => one.Client.Send("GET", "/me", position: position), 400, "position-malformed");
        await TurnedDownTests.NothingChanges(
            api, () => one.Client.Send("GET", $"/users/{one.Id}/history", position: position), 400, "position-malformed");
    }

    [Fact]
    public async Task A_position_that_nobody_was_given_is_turned_down()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        string future = $"identity:{await RegisterUserTests.Head(api) + 1}";
        await TurnedDownTests.NothingChanges(api, () => one.Client.Send("GET", "/me", position: future), 400, "position-in-the-future");
        await TurnedDownTests.NothingChanges(
            api, () => one.Client.Send("GET", $"/users/{one.Id}/history", position: future), 400, "position-in-the-future");
    }

    [Fact]
    public async Task A_strongly_consistent_answer_is_never_behind()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        string head = $"identity:{await RegisterUserTests.Head(api)}";

        Answer me = await one.Client.Send("GET", "/me", position: head);

        me.Status.ShouldBe(200);
        me.Position.ShouldBe(head);
        me.Header("Wya-Lag-Seconds").ShouldBe("0");
    }

    [Fact]
    public async Task While_a_read_model_stands_still_whoever_needs_more_is_told_to_come_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using ApiHost api = await ApiHost.Start(settings => settings["Wya:PositionWaitMilliseconds"] = "100");
        IdentityLog identity = api.Services.GetRequiredService<IdentityLog>();
        var projections = new EventStore.Postgres.Projections(identity.Consumers, TimeProvider.System);
        Consumer history = projections.Find("AccountHistory")!;
        Person one = await api.NewPerson();
        string address = $"/users/{one.Id}/history";
        await Eventually.Is(async () => await projections.Pause(history, "ada"), "the projection runs and is paused");
        try
        {
            Answer done = await (await api.Operator()).Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey());

            Answer behind = await one.Client.Send("GET", address, position: done.Position);
            Answer stale = await one.Client.Send("GET", address);

            behind.Status.ShouldBe(503);
            behind.Problem.ShouldBe("read-model-behind");
            behind.Header("Retry-After").ShouldBe("1");
            stale.Status.ShouldBe(200);
            stale.Text.ShouldNotContain("user.verified");
            stale.Position.ShouldNotBe(done.Position);
            double.Parse(stale.Header("Wya-Lag-Seconds")!, System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        }
        finally
        {
            (await projections.Resume(history, "ada")).ShouldBeTrue();
        }

        string head = $"identity:{await RegisterUserTests.Head(api)}";
        await Eventually.Is(async () => (await one.Client.Send("GET", address, position: head)).Text.Contains("user.verified", StringComparison.Ordinal), "it catches up");
    }

    /// <summary>Positions of events that concern a read model not at all are stored a moment later, here for as long as the row is locked.</summary>
    [Fact]
    public async Task What_was_passed_over_counts_before_it_is_stored()
    {
        ApiHost api = await shared.Host();
        Person olga = await api.NewPerson(30, "operate");
        await using NpgsqlConnection connection = await api.Database.Log.DataSource.OpenConnectionAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using var hold = new NpgsqlCommand("select last_seq_id from log.mt_event_progression where name = 'PermissionAudit:All' for update", connection, transaction);
        long stored = (long)(await hold.ExecuteScalarAsync())!;
        Answer done = await (await api.Operator()).Send("POST", $"/users/{olga.Id}/verification", key: Requests.NewKey());

        Answer audit = await olga.Client.Send("GET", "/audit/permissions", position: done.Position);

        audit.Status.ShouldBe(200, audit.Text);
        long.Parse(audit.Position!.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(stored);
    }
}
