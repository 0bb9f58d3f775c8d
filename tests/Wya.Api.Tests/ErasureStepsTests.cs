using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Shouldly;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Api.MyData;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Erasures step by step, as they stand when the process that carried them out was killed after one of them.</summary>
public sealed class ErasureStepsTests : IAsyncLifetime
{
    private readonly ShiftedClock clock = new();
    private readonly string ledgerFile = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.ledger");
    private ApiHost? host;
    private ShredLedger? ledger;

    private ApiHost Api => host!;

    private IdentityLog Identity => Api.Services.GetRequiredService<IdentityLog>();

    private SubjectKeys Keys => Api.Services.GetRequiredService<SubjectKeys>();

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        // The role that does not work: the steps are taken here, one by one.
        host = await ApiHost.Start(
            settings =>
            {
                settings["Wya:Role"] = "api";
                settings["Wya:Erasure:GraceDays"] = "0";
            },
            services => services.AddSingleton<TimeProvider>(clock));
        ledger = new ShredLedger(ledgerFile);
    }

    public async ValueTask DisposeAsync()
    {
        if (host is not null)
        {
            await host.DisposeAsync();
            ledger!.Dispose();
            File.Delete(ledgerFile);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task Whatever_step_an_erasure_was_killed_after_another_process_brings_it_to_its_end(int stepsDone)
    {
        Person one = await Api.NewPerson();
        var user = new UserId(one.Id);
        Answer asked = await one.Client.Send("DELETE", "/me");
        Erasures killed = Another();
        Func<Task>[] steps =
        [
            () => killed.Begin(user, reapplied: false, default),
            async () => await ledger!.Add([(user, clock.GetUtcNow())], default),
            async () => await Keys.Destroy([one.Id]),
            async () => await killed.Destroy(await killed.Unfinished(default), default),
        ];
        foreach (Func<Task> step in steps.Take(stepsDone))
        {
            await step();
        }

        await using ProjectionDaemon daemon = Following();
        Erasures next = Another();
        await Eventually.Is(
            async () =>
            {
                (_, IReadOnlyList<string> waitsFor) = await next.Advance(default);
                return waitsFor is ["every process to forget the key"];
            },
            "only time is waited for");
        (await ErasureTests.Receipt(Api, asked)).Status.ShouldBe(202);
        clock.Advance(TimeSpan.FromSeconds(61));
        await next.Advance(default);

        Answer receipt = await ErasureTests.Receipt(Api, asked);
        receipt.Status.ShouldBe(200, receipt.Text);
        (await Api.Database.Scalar<long>($"select count(*) from log.mt_events where stream_id = '{one.Id}' and type = 'user.erased'")).ShouldBe(1);
        (await File.ReadAllLinesAsync(ledgerFile, TestContext.Current.CancellationToken)).Count(line => line.Contains(one.Id.ToString(), StringComparison.Ordinal)).ShouldBe(1);
        Keys.TryCopy(one.Id, new byte[32]).ShouldBe(Wya.EventStore.KeyState.Destroyed);
        (await next.Unfinished(default)).ShouldBeEmpty();
        (await one.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");

        // What was found is what there was before the erasure, however often it was begun.
        string found = await Api.Database.Scalar<string>($"select found::text from erasure_receipts where user_id = '{one.Id}'");
        found.ShouldContain("\"found\": 1, \"store\": \"table personal_details\"");
    }

    [Fact]
    public async Task Who_cancels_before_the_erasure_is_recorded_is_not_erased_and_in_no_ledger()
    {
        Person one = await Api.NewPerson();
        await one.Client.Send("DELETE", "/me");
        IReadOnlyList<UserId> due = await ErasuresTable.Due(Identity.Database, clock.GetUtcNow(), 10, TestContext.Current.CancellationToken);
        due.ShouldContain(new UserId(one.Id));
        (await one.Client.Send("DELETE", "/me/erasure")).Status.ShouldBe(204);

        (await Another().Begin(new UserId(one.Id), reapplied: false, default)).ShouldBeFalse();
        await Another().Advance(default);

        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await ledger!.Read(default)).Keys.ShouldNotContain(new UserId(one.Id));
    }

    [Fact]
    public async Task No_receipt_is_issued_while_a_read_model_has_not_taken_the_erasure()
    {
        Person one = await Api.NewPerson();
        Answer asked = await one.Client.Send("DELETE", "/me");
        (_, IReadOnlyList<string> waitsFor) = await Another().Advance(default);
        clock.Advance(TimeSpan.FromMinutes(5));
        (_, waitsFor) = await Another().Advance(default);
        waitsFor.ShouldBe(["identity: AccountHistory has not come so far"]); // nobody follows the log
        (await ErasureTests.Receipt(Api, asked)).Status.ShouldBe(202);
    }

    [Fact]
    public async Task Whom_the_ledger_names_is_erased_before_traffic_and_the_ledger_gains_whom_it_lacks()
    {
        Person restored = await Api.NewPerson();
        Person erased = await Api.NewPerson();
        Person survivor = await Api.NewPerson();
        await erased.Client.Send("DELETE", "/me");
        await Another().Begin(new UserId(erased.Id), reapplied: false, default); // and killed before it reached the ledger
        await ledger!.Add([(new UserId(restored.Id), clock.GetUtcNow()), (new UserId(Guid.NewGuid()), clock.GetUtcNow())], default);
        await using ProjectionDaemon daemon = Following();

        ReappliedErasures start = Start(new Lifetime());
        await start.StartAsync(default);
        await Eventually.Is(() => start.AreDone, "the ledger is applied");

        (await restored.Client.Send("GET", "/me")).Problem.ShouldBe("unauthenticated");
        Keys.TryCopy(restored.Id, new byte[32]).ShouldBe(Wya.EventStore.KeyState.Destroyed);
        (await Api.Database.Scalar<bool>($"select detail is null from account_history where user_id = '{restored.Id}' and version = 1")).ShouldBeTrue();
        (await survivor.Client.Send("GET", "/me")).Status.ShouldBe(200);
        (await ledger.Read(default)).Keys.ShouldContain(new UserId(erased.Id));
        (await ledger.Read(default)).Count.ShouldBe(3);
        await start.StopAsync(default);
    }

    [Fact]
    public async Task Without_its_ledger_a_process_does_not_serve_once_people_have_been_erased()
    {
        Person one = await Api.NewPerson();
        await one.Client.Send("DELETE", "/me");
        await Another().Begin(new UserId(one.Id), reapplied: false, default);
        var lifetime = new Lifetime();

        ReappliedErasures start = Start(lifetime);
        await start.StartAsync(default);
        await Eventually.Is(() => lifetime.IsStopped, "it stops");

        start.AreDone.ShouldBeFalse();
        File.Exists(ledgerFile).ShouldBeFalse(); // an empty one would hide the loss
        Environment.ExitCode = 0;
        await start.StopAsync(default);
    }

    [Fact]
    public async Task Until_the_ledger_is_applied_nothing_is_answered_but_health()
    {
        ReappliedErasures notYet = Start(new Lifetime());
        List<string> passed = [];
        var door = new OpenForTraffic(
            http =>
            {
                passed.Add(http.Request.Path);
                return Task.CompletedTask;
            },
            notYet);
        foreach (string path in new[] { "/health/live", "/health/ready", "/health", "/healthy", "/me", "/" })
        {
            var http = new DefaultHttpContext { Request = { Path = path }, Response = { Body = new MemoryStream() } };
            await door.InvokeAsync(http);
            if (!passed.Contains(path))
            {
                http.Response.StatusCode.ShouldBe(503);
                http.Response.Headers.RetryAfter.ToString().ShouldBe("1");
            }
        }

        passed.ShouldBe(["/health/live", "/health/ready", "/health"]);
    }

    private Erasures Another() => new(
        Identity, Api.Services.GetServices<OpenDomain>(), Keys, ledger!, Api.Services.GetRequiredService<Receipts>(), clock);

    private ReappliedErasures Start(IHostApplicationLifetime lifetime) => new(
        Identity, Another(), ledger!, lifetime, clock, NullLogger<ReappliedErasures>.Instance);

    private ProjectionDaemon Following()
    {
        var daemon = new ProjectionDaemon([.. Api.Services.GetServices<OpenDomain>().SelectMany(domain => domain.Consumers)], TimeProvider.System);
        daemon.Start();
        return daemon;
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public bool IsStopped { get; private set; }

        public CancellationToken ApplicationStarted => default;

        public CancellationToken ApplicationStopping => default;

        public CancellationToken ApplicationStopped => default;

        public void StopApplication() => IsStopped = true;
    }
}
