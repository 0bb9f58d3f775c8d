using System.Globalization;
using Wya.Api.Identity;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Prove.Crash;
using Wya.Prove.Servers;

namespace Wya.Prove.Birthdays;

/// <summary>
/// People whose birthday it is, among others whose it is not; the process that moves them into their age layer is killed
/// in the middle, and started again, several times; the last time several work at once.
/// </summary>
internal static class BirthdayProof
{
    private const string Events = "log.mt_events";
    private const string Moves = "log.mt_events where type = 'user.age_layer_changed'";

    /// <summary>Who does not get the lock, because a process that died still seems to hold it, looks again after a minute.</summary>
    private const int LimitSeconds = 180;

    public static Proof Proof { get; } = new(
        "birthdays",
        [
            "Everybody whose birthday has come is moved into their age layer exactly once, whatever was down or died meanwhile, and nobody else is.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        (int due, int others, int kills) = run.Sized((200, 300, 1), (1_000, 3_000, 5), (20_000, 60_000, 20));
        var figures = new Figures();
        await using IdentitySite site = await IdentitySite.Open(run.Environment, "birthdays", ct);
        DateTimeOffset began = TimeProvider.System.GetUtcNow();
        IReadOnlyList<Resident> people = BirthdayPeople.Plan(due, others, began, new Random(23));
        run.Progress(string.Create(CultureInfo.InvariantCulture, $"{people.Count:N0} people"));
        await Fill(site, people, ct);

        run.Progress("the birthdays, and a death now and then");
        int inTheMiddle = await DieInTheMiddle(site, due, kills, ct);
        int beside = await PassSideBySide(site, ct);
        await Wait.Until(async () => await site.Database.Count(Moves, ct) >= due, $"{due} birthdays", LimitSeconds, ct);
        DateTimeOffset ended = TimeProvider.System.GetUtcNow();
        DueOutcome last = await Pass(site, ended, ct);

        run.Progress("comparing");
        BirthdayFindings found = await BirthdayFindings.Check(site.Database, Events, people, began, ended, ct);
        figures.Note("people", people.Count);
        figures.MustBe("due", people.Count(one => one.DueAt(began) is not null), due);
        figures.Note("kills", kills);
        figures.MustBeAtLeast("killed_in_the_middle", inTheMiddle, 1);
        figures.MustBeAtLeast("moved", found.Moved, due);
        figures.Note("moved_by_a_pass_beside", beside);
        figures.MustBe("missed", found.Missed, 0);
        figures.MustBe("doubled", found.Doubled, 0);
        figures.MustBe("moved_without_being_due", found.NotDue, 0);
        figures.MustBe("moved_to_a_wrong_layer", found.WrongLayer, 0);
        figures.MustBe("recorded_once_more", last.Done, 0);
        figures.MustBe("failed", last.Failed, 0);
        figures.MustBe("rows_differing", await RowsDiffering(site.Database, ct), 0);
        await PlantFaults(site.Database, people, began, ended, figures, ct);
        return figures;
    }

    private static async Task Fill(IdentitySite site, IReadOnlyList<Resident> people, CancellationToken ct)
    {
        await using LogDatabase log = site.OpenLog();
        await using PostgresEventStore store = Store(log);
        await BirthdayPeople.Register(store, site.Subjects, people, ct);

        // A row takes its time, so that there is a middle to be killed in.
        await site.Database.Execute(
            """
            create function public.slowly() returns trigger language plpgsql as $$ begin perform pg_sleep(0.002); return new; end $$;
            create trigger slowly before update on users for each row execute function public.slowly()
            """,
            ct);
    }

    /// <returns>How often the process was killed when some had been moved and others had not.</returns>
    private static async Task<int> DieInTheMiddle(IdentitySite site, int due, int kills, CancellationToken ct)
    {
        int inTheMiddle = 0;
        for (int kill = 1; kill <= kills; kill++)
        {
            long before = await site.Database.Count(Moves, ct);
            long enough = Math.Max(before + 1, (long)due * kill / (kills + 2));
            ApiProcess worker = site.Process("worker");
            worker.Start();
            await Wait.Until(async () => await site.Database.Count(Moves, ct) >= Math.Min(enough, due), $"{enough} birthdays", LimitSeconds, ct);
            await worker.Kill(ct);
            inTheMiddle += await site.Database.Count(Moves, ct) < due ? 1 : 0;
        }

        return inTheMiddle;
    }

    /// <summary>
    /// Two workers, of which the lock lets one work, and beside them a pass that asks for no lock, while they are at it.
    /// </summary>
    private static async Task<int> PassSideBySide(IdentitySite site, CancellationToken ct)
    {
        long before = await site.Database.Count(Moves, ct);
        site.Process("worker").Start();
        site.Process("worker").Start();
        await Wait.Until(async () => await site.Database.Count(Moves, ct) > before, "one more birthday", LimitSeconds, ct);
        return (await Pass(site, TimeProvider.System.GetUtcNow(), ct)).Done;
    }

    /// <summary>A pass over everybody, in this process.</summary>
    private static async Task<DueOutcome> Pass(IdentitySite site, DateTimeOffset now, CancellationToken ct)
    {
        await using LogDatabase log = site.OpenLog();
        await using PostgresEventStore store = Store(log);
        return await Api.Identity.Birthdays.Pass(log, store, now, ct);
    }

    private static PostgresEventStore Store(LogDatabase log) =>
        new(log, TimeProvider.System, IdentityDomain.Definition.ReadModels.Where(model => model.Inline));

    private static Task<long> RowsDiffering(ProofDatabase database, CancellationToken ct) => database.Scalar(
        """
        select count(*) from users u join lateral (
            select coalesce(data->>'to', data->>'age_layer') as layer from log.mt_events e
            where e.stream_id = u.id and (e.type = 'user.age_layer_changed' or e.type like 'user.created%') order by version desc limit 1) last on true
        where u.age_layer::text <> last.layer
        """,
        ct);

    /// <summary>In a copy of the log: each must be found, and as what it is.</summary>
    private static async Task PlantFaults(
        ProofDatabase database, IReadOnlyList<Resident> people, DateTimeOffset began, DateTimeOffset ended, Figures figures, CancellationToken ct)
    {
        await database.Execute($"create schema planted; create table planted.events as select id, stream_id, type, data from {Moves}", ct);
        await database.Execute("delete from planted.events where id = (select min(id::text)::uuid from planted.events)", ct);
        await database.Execute("insert into planted.events select * from planted.events order by id desc limit 1", ct);
        Guid notDue = people.First(one => one.DueAt(ended) is null).Id;
        await database.Execute(
            $$"""insert into planted.events values (gen_random_uuid(), '{{notDue}}', 'user.age_layer_changed', '{"from": "minor", "to": "transitional"}')""", ct);
        BirthdayFindings planted = await BirthdayFindings.Check(database, "planted.events", people, began, ended, ct);
        figures.MustBe("planted_loss_found", planted.Missed, 1);
        figures.MustBe("planted_double_found", planted.Doubled, 1);
        figures.MustBe("planted_stranger_found", planted.NotDue, 1);
    }
}
