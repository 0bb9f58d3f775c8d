using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Shouldly;
using Wya.Api.Http;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests.Console;

/// <summary>
/// An operator's whole shift, in a real browser and by its keys alone, on a system of its own with a read model whose code the
/// test mends and spoils as a deployment would.
/// </summary>
public sealed class ShiftTests
{
    private const string Operation = Desk.Root + "/operation";

    [Fact]
    public async Task What_is_parked_is_found_mended_and_released_and_a_rebuild_that_differs_is_refused_corrected_swapped_and_switched_back()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        Assert.SkipWhen(Chromium.MaySkip, $"There is no browser; {Chromium.Variable} names one.");
        var code = new Code();
        var tally = new TallyTable(code);
        await using ApiHost api = await ApiHost.Start(
            settings: values => Create(values["ConnectionStrings:identity"], tally),
            services: container => container.AddSingleton(new AddedReadModel("identity", new ReadModel("Tally", 1, Inline: false, tally))));
        Microsoft.Playwright.Assertions.SetDefaultExpectTimeout(Chromium.LimitMilliseconds);
        Answer registered = await api.Anonymous.RegisterWithPassword(Requests.NewHandle());
        (await (await api.Operator()).Send("PUT", $"/users/{registered.Id}/permissions/operate")).Status.ShouldBe(204);

        // A deployment stumbles over one person's events; the others' go on.
        code.StumblesOver = Guid.Empty;
        Person unlucky = await api.NewPerson();
        await Eventually.Is(async () => await Parked(api) == 1, "the stream is set aside");
        // As after its last retry, so that none of them comes before the operator does; under a new epoch, so that one under way does not either.
        await api.Database.Execute("update log.wya_projections set epoch = epoch + 1 where name = 'Tally'; update log.wya_parked_streams set state = 'dead', next_retry_at = null where projection = 'Tally'");
        ConsoleWindow window = await ConsoleWindow.Open((await Chromium.OfThisProcess).Browser, api.Anonymous.BaseAddress!, path: Operation);
        await using Microsoft.Playwright.IBrowserContext context = window.Page.Context;
        await window.SignIn(registered.String("handle")!);
        await window.IsTitled("Overview");
        await window.Reads("Tally has set");
        await window.Press("Parked");
        await window.Press("Tally");
        await window.Press("Try them");
        await window.Reads("0 would go through, 1 would fail again.");
        await window.Type("Why they are released", "Trying my luck");
        await window.Press("Release what goes through");
        await window.Reads("Nothing was changed");

        // The code is mended: they are tried again, the row that would come of it is looked at, and they are released.
        code.StumblesOver = null;
        await window.Press("Parked");
        await window.Press("Tally");
        await window.Press("Try them");
        await window.Reads("1 would go through, 0 would fail again.");
        await window.Picture("console-parked-1280");
        await window.Type("Why they are released", "Mended in 1.4.2");
        await window.Press("Release what goes through");
        await window.Reads("Released: 1.");
        await Eventually.Is(async () => await Parked(api) == 0, "the stream goes on");
        (await Counted(api, unlucky.Id)).ShouldBeGreaterThan(0);
        long right = await Counted(api, unlucky.Id);

        // A rebuild with code that counts wrongly is held, looked at, and refused; the live rows are as they were.
        code.Adds = 2;
        await window.Press("Projections");
        await window.Press("Tally");
        await window.Type("Why it is rebuilt", "To count anew");
        await window.Press("Order the rebuild");
        await Held(api);
        await window.Press("Overview");
        await window.Reads("A rebuild of Tally waits for you");
        await window.Press("Rebuilds");
        await window.Press("Tally");
        await window.Reads("It waits for you: rows differ.");
        await window.Reads("changed in tally");
        await window.IsForEverybody();
        await window.Picture("console-rebuild-1280");
        await window.Type("Why it is given up", "It counts everything twice");
        await window.Press("Give it up");
        await window.Reads("Given up. The live tables are as they were.");
        (await Counted(api, unlucky.Id)).ShouldBe(right);

        // Corrected, with one difference that is meant: the rebuild is approved and swapped.
        code.Adds = 1;
        code.Begins = 10;
        await window.Press("To Tally");
        await window.Type("Why it is rebuilt", "To begin at ten");
        await window.Press("Order the rebuild");
        await Held(api);
        await window.Press("Look again");
        await window.Type("Why it is right", "Every count begins at ten now");
        await window.Press("Approve and swap");
        await Eventually.Is(async () => await Counted(api, unlucky.Id) == right + 10, "the new tables are in their place");

        // And back.
        await window.Press("To Tally");
        await window.Type("Why it is switched back", "It was not announced");
        await window.Press("Switch back");
        await Eventually.Is(async () => await Counted(api, unlucky.Id) == right, "the old tables are back");
        await window.Press("Record");
        foreach (string said in new[] { "Mended in 1.4.2", "To count anew", "It counts everything twice", "Every count begins at ten now", "It was not announced" })
        {
            await window.Reads(said);
        }

        await window.IsForEverybody();
        window.Complaints.ShouldBeEmpty();
    }

    private static Task<long> Parked(ApiHost api) => api.Database.Scalar<long>("select count(*) from log.wya_parked_streams where projection = 'Tally'");

    private static Task<long> Counted(ApiHost api, Guid user) =>
        api.Database.Scalar<long>($"select coalesce((select events from public.tally where user_id = '{user}'), 0)");

    private static Task Held(ApiHost api) => Eventually.Is(
        async () => await api.Database.Scalar<long>("select count(*) from log.wya_rebuilds where projection = 'Tally' and state = 'paused'") == 1, "the rebuild waits for approval");

    private static void Create(string connectionString, TallyTable table)
    {
        using var connection = new NpgsqlConnection(connectionString);
        connection.Open();
        using var command = new NpgsqlCommand(table.CreateSql("public"), connection);
        command.ExecuteNonQuery();
    }

    /// <summary>What a deployment would change.</summary>
    private sealed class Code
    {
        /// <summary>Whose events it cannot take; the empty one for whoever is new to it.</summary>
        public Guid? StumblesOver { get; set; }

        public long Adds { get; set; } = 1;

        public long Begins { get; set; }
    }

    private sealed record Tally(Guid UserId, long Events);

    /// <summary>How many events there are of each person.</summary>
    private sealed class TallyTable(Code code) : Table<Guid, Tally>
    {
        public override string Name => "tally";

        public override IReadOnlyList<Column<Tally>> Columns { get; } =
            [new Column<Tally, Guid>("user_id", "uuid", row => row.UserId, isKey: true), new Column<Tally, long>("events", "bigint", row => row.Events)];

        public override IReadOnlyList<Column<Guid>> KeyColumns { get; } = [new Column<Guid, Guid>("user_id", "uuid", id => id, isKey: true)];

        public override string CreateSql(string schema) => $"create table {schema}.tally (user_id uuid primary key, events bigint not null)";

        public override void Keys(RecordedEvent recorded, ICollection<Guid> keys) => keys.Add(recorded.StreamId);

        public override Tally? Evolve(Guid key, Tally? row, RecordedEvent recorded) => row is null && code.StumblesOver is not null
            ? throw new InvalidOperationException("Nobody new can be counted.")
            : new Tally(key, (row?.Events ?? code.Begins) + code.Adds);

        public override (Guid Key, Tally Row) Read(NpgsqlDataReader reader)
        {
            var row = new Tally(reader.GetGuid(0), reader.GetInt64(1));
            return (row.UserId, row);
        }
    }
}
