using System.Text;
using System.Text.Json;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;
using Wya.Prove.Servers;

namespace Wya.Prove.SafetySecrets;

/// <summary>
/// Everything that anybody can say in a case is said, with a mark in it, through safety's own store; then somebody with all
/// rights looks for the marks, and for the ids of those who reported: in every table, in a dump, in the server's files and its
/// write-ahead log. The same search must find everything once it is opened with the keys, and a mark that was not sealed.
/// </summary>
internal static class SafetySecretsProof
{
    private const string Password = "prove-only";

    public static Proof Proof { get; } = new(
        "safety-secrets",
        [
            "Nothing that is said in a report, a note, a statement, an appeal, a decision's reason or a hold, no evidence and no reporter's id stands readable in safety's database, its dump, its files, its write-ahead log or its backup.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int people = run.Sized(5, 50, 500);
        await using PostgresInstance server = await PostgresInstance.Create(run.Environment, "secrets-server", ct: ct);
        string safetyOwner = await Database(server, "wya_safety", ct), keysOwner = await Database(server, "wya_keys", ct);
        await LogSchema.Migrate(safetyOwner, "wya_safety", [.. SafetyDomain.Definition.Kept], SafetyDomain.Definition.PrepareSql, isChained: true, ct: ct);
        await KeysSchema.Migrate(keysOwner, "wya_keys", ct);

        var marks = new Marks();
        KeyRing ring = KeyRing.Create();
        string opened;
        await using (var subjects = new SubjectKeys(As(keysOwner, "wya_keys"), ring, TimeProvider.System))
        await using (var safety = new LogDatabase("safety", As(safetyOwner, "wya_safety"), SafetyDomain.Definition.Types, keys: new LogKeys(subjects, ring.ClaimPepper)))
        await using (var store = new PostgresEventStore(safety, TimeProvider.System, SafetyDomain.Definition.ReadModels.Where(model => model.Inline)))
        {
            run.Progress($"{people} cases, each with everything that can be said in one");
            for (int i = 0; i < people; i++)
            {
                await Case(store, safety, marks, ct);
            }

            opened = await Opened(store, ct);
        }

        var search = new SecretSearch(run.Environment, server, safetyOwner, marks);
        var figures = new Figures();
        figures.Note("people", people);
        figures.Note("marks", marks.Words);
        figures.Note("reporters", marks.Reporters.Count);
        figures.MustBe("opened_with_keys_marks_found", marks.WordsIn(opened), marks.Words);
        figures.MustBe("opened_with_keys_reporters_found", marks.Reporters.Count(reporter => opened.Contains(reporter.ToString(), StringComparison.Ordinal)), marks.Reporters.Count);

        run.Progress("looking for them");
        SecretsFound found = await search.Everywhere("clean", ct);
        figures.MustBe("in_rows_of_all_tables", found.InRows, 0);
        figures.MustBe("in_a_dump", found.InDump, 0);
        figures.MustBe("in_files_and_wal", found.InFiles, 0);
        figures.MustBe("in_a_base_backup", found.InBackup, 0);
        figures.Note("rows_searched", found.Rows);
        figures.Note("bytes_searched", found.Bytes);

        run.Progress("planting one that is not sealed");
        await search.Plant(ct);
        SecretsFound planted = await search.Everywhere("planted", ct);
        figures.MustBe("planted_found_in_places", new[] { planted.InRows, planted.InDump, planted.InFiles, planted.InBackup }.Count(count => count > 0), 4);
        return figures;
    }

    private static async Task Case(PostgresEventStore store, LogDatabase safety, Marks marks, CancellationToken ct)
    {
        var person = new UserId(Guid.CreateVersion7());
        UserId reporter = new(marks.NewReporter()), moderator = new(Guid.CreateVersion7());
        Guid key = SafetyKey.Of(safety, person), reporterKey = SafetyKey.OfReporter(safety, reporter);
        Guid report = Guid.CreateVersion7(), action = Guid.CreateVersion7(), appeal = Guid.CreateVersion7(), hold = Guid.CreateVersion7();
        var basis = new ActionBasis(Category.Harassment, GroundKind.Rule, DateTimeOffset.UtcNow, SafetyKey.OfModerator(safety, moderator), true, false);
        Sensitive<string> Say() => new(key, marks.NewWord());
        Sensitive<StatementOfReasons> State() => new(key, new StatementOfReasons(marks.NewWord(), marks.NewWord(), marks.NewWord(), "In your record."));

        await Record(reporterKey.ToString(), new ReportSubmitted(
            report, person, Category.Harassment, CasePriority.Medium, reporterKey, ReportSubjectKind.Person, safety.KeyedId($"subject:{person}"),
            new Sensitive<ReporterStatement>(reporterKey, new ReporterStatement(reporter, marks.NewWord())),
            new Sensitive<Evidence>(key, new Evidence(
                ReportSubjectKind.Person, DateTimeOffset.UtcNow, [new EvidenceItem("reported", marks.NewWord(), IsReported: true)], new EvidenceSubject()))));
        await Record("system", new SignalRecorded(person, SignalKind.MessageFlood, "messaging", DateTimeOffset.UtcNow, 0.2, Say()));
        await Record(
            moderator.ToString(),
            new NoteAdded(Guid.CreateVersion7(), person, Say()),
            new CaseEscalated(person, CasePriority.High, Say()),
            new WarningIssued(Guid.CreateVersion7(), person, basis, State()),
            new RestrictionApplied(action, person, RestrictionKind.Mute, DateTimeOffset.UtcNow.AddDays(1), basis, State()),
            new ReportResolved(report, ReportOutcome.Upheld, reporterKey, new Sensitive<Guid>(reporterKey, reporter.Value), new Sensitive<string>(reporterKey, marks.NewWord()), action));
        await Record(person.ToString(), new AppealSubmitted(appeal, action, person, Say()));
        await Record(
            moderator.ToString(),
            new AppealResolved(appeal, action, person, AppealOutcome.Overturned, Say()),
            new ActionReversed(action, Reason: Say(), AppealId: appeal),
            new HoldProposed(hold, person, SafetyKey.OfModerator(safety, moderator), HoldClass.CourtOrder, DateTimeOffset.UtcNow.AddDays(30), Say()),
            new CaseCleared(person, Say()));

        Task Record(string actor, params CaseEvent[] facts) => store.Append(
            new Append(
                new CommandMetadata(actor, Guid.CreateVersion7(), $"{Guid.NewGuid():n}"),
                new StreamAppend(CaseId.Of(person).Value, Domain.Safety.Case.Stream.Name, ExpectedVersion.Any, facts)),
            ct);
    }

    /// <summary>The whole log as somebody reads it who has the keys.</summary>
    private static async Task<string> Opened(PostgresEventStore store, CancellationToken ct)
    {
        var text = new StringBuilder();
        await foreach (RecordedEvent recorded in store.ReadLog(new LogRange(), ct))
        {
            foreach (object? value in recorded.Data.GetType().GetProperties().Select(property => property.GetValue(recorded.Data)))
            {
                text.AppendLine(value switch
                {
                    Sensitive<string> said => said.ValueOr(""),
                    Sensitive<Guid> who => who.ValueOr(default).ToString(),
                    Sensitive<StatementOfReasons> statement => JsonSerializer.Serialize(statement.ValueOr(new("", "", "", "")), EventJson.Options),
                    Sensitive<ReporterStatement> by => JsonSerializer.Serialize(by.ValueOr(new(default)), EventJson.Options),
                    Sensitive<Evidence> evidence => JsonSerializer.Serialize(evidence.ValueOr(new(default, default, [], new())), EventJson.Options),
                    _ => "",
                });
            }
        }

        return text.ToString();
    }

    private static async Task<string> Database(PostgresInstance server, string name, CancellationToken ct)
    {
        await DatabaseServer.Ensure(server.AdminConnectionString, name, name, Password, ct);
        return new Npgsql.NpgsqlConnectionStringBuilder(server.AdminConnectionString) { Database = name }.ConnectionString;
    }

    private static string As(string owner, string role) =>
        new Npgsql.NpgsqlConnectionStringBuilder(owner) { Username = role, Password = Password, Pooling = true }.ConnectionString;
}
