using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>Several read models at once, and a few rows alone.</summary>
public sealed class RebuildSetTests
{
    [Fact]
    public async Task A_set_is_swapped_at_one_position_or_not_at_all_and_switched_back_together()
    {
        await using SetScene scene = await SetScene.Set();
        (await scene.Rebuilds.Request([SetScene.Inline, "Nothing"], "olga")).Refusal.ShouldBe(RebuildRefusals.UnknownReadModel);
        RebuildAnswer ordered = await scene.Rebuilds.Request([SetScene.Inline, SetScene.Followed], new Operator("olga", "both are new"));
        ordered.Jobs.Select(job => job.Projection).ShouldBe([SetScene.Followed, SetScene.Inline]);
        ordered.Jobs.Select(job => job.SetId).Distinct().ShouldHaveSingleItem();

        // One of the two differs: neither is swapped.
        await scene.Database.Execute("update public.ledger_counts set count = count + 1");
        RebuildJob[] jobs = await scene.Work();
        jobs.Select(job => job.IsHeld).ShouldBe([true, false]);
        jobs[1].Explanation.ShouldBe("Waits for RebuildCounts, with which it is swapped.");
        (await scene.Database.Scalar<bool>("select to_regclass('retired.ledger_sums') is null and to_regclass('retired.ledger_counts') is null")).ShouldBeTrue();
        (await scene.Worker.RunOnce(CancellationToken.None)).ShouldBeFalse();

        // The one that follows stands still meanwhile, and the other goes on: they are swapped at the position of the one ahead.
        await scene.Append(30);
        RebuildJob held = (await scene.Rebuilds.Show(SetScene.Followed))!;
        await scene.Rebuilds.Approve(SetScene.Followed, held.Fingerprint!, new Operator("olga", "known"));
        RebuildJob[] done = await scene.Work();
        done.ShouldAllBe(job => job.State == RebuildState.Done);
        done.Select(job => job.SwapPosition).Distinct().ShouldHaveSingleItem().ShouldBe(await scene.Store.Head());
        (await scene.Database.Scalar<long>($"select last_seq_id from log.mt_event_progression where name = '{SetScene.Followed}:All'")).ShouldBe(await scene.Store.Head());
        (await scene.Database.Scalar<decimal>("select sum(count) from public.ledger_counts")).ShouldBe(await scene.Store.Head());

        (await scene.Rebuilds.SwitchBack(SetScene.Inline, "olga")).Jobs.Count.ShouldBe(2);
        (await scene.Work()).ShouldAllBe(job => job.Kind == RebuildKind.SwitchBack && job.State == RebuildState.Done);
        (await scene.Database.Scalar<decimal>("select sum(count) from public.ledger_counts")).ShouldBeGreaterThan(await scene.Store.Head());
    }

    [Fact]
    public async Task The_rows_of_one_stream_or_one_key_are_folded_anew_and_no_others()
    {
        await using RebuildScene scene = await RebuildScene.Set(4, 20);
        string name = scene.Model.Name;
        (Guid one, Guid two) = (scene.Ledgers[0], scene.Ledgers[1]);
        await scene.Database.Execute(
            $"update public.ledger_sums set balance = 0 where id in ('{one}', '{two}'); delete from public.ledger_sums where id = '{scene.Ledgers[2]}'");

        (await scene.Rebuilds.RequestStream(name, one, "olga")).Job.ShouldNotBeNull().Scope.ShouldBe($"stream:{one}");
        RebuildJob done = await scene.Finish(scene.Worker());
        (done.Kind, done.State, done.RowsDiffering, done.Error).ShouldBe((RebuildKind.Rows, RebuildState.Done, 1, null));
        (await scene.Check()).Tables[1].ShouldBe(new TableDifference("ledger_sums", 1, 0, 1));

        await scene.Rebuilds.RequestKey(name, scene.Ledgers[2].ToString(), "olga");
        (await scene.Finish(scene.Worker())).Difference.ShouldNotBeNull().ShouldContain(new TableDifference("ledger_sums", 1, 0, 0));
        await scene.Rebuilds.RequestKey(name, two.ToString(), new Operator("olga", "it shows nothing"));
        await scene.Finish(scene.Worker());
        (await scene.Check()).IsNone.ShouldBeTrue();
        (await Operations.Of(scene.Database.Log).List(limit: 1))[0].ShouldSatisfyAllConditions(
            written => written.Verb.ShouldBe("write-rows"),
            written => written.Numbers.GetProperty("rows_written").GetInt64().ShouldBe(1));

        await scene.Rebuilds.RequestKey(name, Guid.NewGuid().ToString(), "olga");
        RebuildJob nothing = await scene.Finish(scene.Worker());
        (nothing.RowsDiffering, nothing.Explanation).ShouldBe((0, "No row differed from its fold: nothing was written."));
    }
}

/// <summary>Two read models of one log: one that the append writes, and one that follows it and has been filled up to some point.</summary>
internal sealed class SetScene : IAsyncDisposable
{
    public const string Inline = "RebuildLedgers";
    public const string Followed = "RebuildCounts";

    private readonly Guid[] ledgers = [.. Enumerable.Range(0, 4).Select(_ => Guid.NewGuid())];

    private SetScene(TestDatabase database, ReadModel[] models)
    {
        Database = database;
        Store = new PostgresEventStore(database.Log, TimeProvider.System, [models[0]]);
        Rebuilds = new Rebuilds(database.Log, models, TimeProvider.System);
        Worker = new RebuildWorker(database.Log, models, TimeProvider.System, RebuildScene.Small);
    }

    public TestDatabase Database { get; }

    public PostgresEventStore Store { get; }

    public Rebuilds Rebuilds { get; }

    public RebuildWorker Worker { get; }

    public static async Task<SetScene> Set()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, "no PostgreSQL server");
        ReadModel[] models = [new LedgerFold().Inline, new ReadModel(Followed, 1, false, new LedgerCounts())];
        TestDatabase database = await TestPostgres.CreateDatabase("rebuild", Ledger.Types, models);
        var scene = new SetScene(database, models);
        foreach (Guid ledger in scene.ledgers)
        {
            await scene.Deposit(ledger, new LedgerOpened(ledger.ToString("n")));
        }

        await scene.Append(40);
        await using var daemon = new ProjectionDaemon([Consumer.Of(models[1], database.Log)], TimeProvider.System);
        daemon.Start();
        long head = await scene.Store.Head();
        await Eventually.Is(() => database.Scalar<bool>($"select exists (select from log.mt_event_progression where last_seq_id = {head})"), "it has followed");
        return scene;
    }

    public async Task Append(int events)
    {
        for (int n = 0; n < events; n++)
        {
            await Deposit(ledgers[n % ledgers.Length], new Deposited(n));
        }
    }

    public async Task<RebuildJob[]> Work()
    {
        (await Worker.RunOnce(CancellationToken.None)).ShouldBeTrue();
        return [(await Rebuilds.Show(Followed))!, (await Rebuilds.Show(Inline))!];
    }

    public async ValueTask DisposeAsync()
    {
        await Store.DisposeAsync();
        await Database.DisposeAsync();
    }

    private Task<AppendOutcome> Deposit(Guid ledger, object fact) =>
        Store.Append(new Append(CommandMetadata.System(Guid.NewGuid()), new StreamAppend(ledger, "ledger", ExpectedVersion.Any, [fact])));
}
