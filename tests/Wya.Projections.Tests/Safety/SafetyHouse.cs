using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Safety;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Safety;

/// <summary>Safety's database and store, without any process around them.</summary>
public sealed class SafetyHouse : IAsyncLifetime
{
    private TestKeys? keys;
    private TestDatabase? database;
    private PostgresEventStore? store;

    public static DomainDefinition Definition => SafetyDomain.Definition;

    public TestDatabase Database => database!;

    public LogDatabase Log => database!.Log;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        database = await TestPostgres.CreateDatabase(Definition.Name, Definition.Types, [.. Definition.Kept], Definition.PrepareSql, keys.ForLogs, Definition.IsChained);
        store = new PostgresEventStore(database.Log, TimeProvider.System, Definition.ReadModels.Where(model => model.Inline));
    }

    public async ValueTask DisposeAsync()
    {
        if (store is not null)
        {
            await store.DisposeAsync();
            await database!.DisposeAsync();
            await keys!.DisposeAsync();
        }
    }

    public Guid ReporterRef(UserId user) => SafetyKey.OfReporter(Log, user);

    public Guid ModeratorRef(UserId user) => SafetyKey.OfModerator(Log, user);

    public Sensitive<T> Seal<T>(UserId user, T value)
        where T : notnull => new(SafetyKey.Of(Log, user), value);

    public Sensitive<T> SealedByReporter<T>(UserId reporter, T value)
        where T : notnull => new(ReporterRef(reporter), value);

    public ActionBasis Basis(UserId moderator) =>
        new(Category.Harassment, GroundKind.Rule, new DateTimeOffset(2026, 11, 26, 0, 0, 0, TimeSpan.Zero), ModeratorRef(moderator), FromReport: true, AutomationDetected: false);

    public Sensitive<StatementOfReasons> Statement(UserId user, string facts = "Insults in a conversation.") =>
        Seal(user, new StatementOfReasons("A warning.", facts, "Rule 3: no harassment.", "Within six months, in your record."));

    public ReportSubmitted Report(UserId about, UserId reporter, Guid? id = null, CasePriority priority = CasePriority.Medium) => new(
        id ?? Guid.CreateVersion7(),
        about,
        Category.Harassment,
        priority,
        ReporterRef(reporter),
        ReportSubjectKind.Person,
        Log.KeyedId($"subject:{about}"),
        SealedByReporter(reporter, new ReporterStatement(reporter, "They insult me.")),
        Seal(about, new Evidence(ReportSubjectKind.Person, DateTimeOffset.UnixEpoch, [new EvidenceItem("reported", "An insult.", IsReported: true)], new EvidenceSubject())));

    public async Task Record(UserId about, Guid? actor, params CaseEvent[] facts)
    {
        AppendOutcome outcome = await store!.Append(new Append(
            new CommandMetadata(actor?.ToString() ?? "system", Guid.CreateVersion7()),
            new StreamAppend(CaseId.Of(about).Value, "case", ExpectedVersion.Any, facts)));
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"It was not recorded: {outcome.GetType().Name}.");
        }
    }

    public Task<List<TRow>> Rows<TKey, TRow>(Table<TKey, TRow> table, string where = "true")
        where TKey : notnull
        where TRow : class => Database.Rows(table, where);
}
