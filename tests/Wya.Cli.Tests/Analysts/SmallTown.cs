using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests.Analysts;

/// <summary>The logs of all domains, with ten days of a few people in them; what analysts ask is asked of it.</summary>
public sealed class SmallTown : IAsyncLifetime
{
    public const string Collection = "a small town";

    public static readonly DateTimeOffset FirstDay = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, (TestDatabase Database, PostgresEventStore Store)> domains = [];
    private readonly SetClock clock = new();
    private TestKeys? keys;
    private int commands;

    public static Guid Ada { get; } = Id(1);

    public static Guid Bo { get; } = Id(2);

    public static Guid Cem { get; } = Id(3);

    public static Guid Dina { get; } = Id(4);

    public static Guid Eli { get; } = Id(5);

    public static Guid Fay { get; } = Id(6);

    public static Guid Moderator { get; } = Id(7);

    public TestKeys Keys => keys!;

    public TestDatabase Database(string domain) => domains[domain].Database;

    internal Tool Tool(TextReader? input = null, bool toTerminal = false) => new(
        Domains.All,
        domains.ToDictionary(each => $"ConnectionStrings__{each.Key}", each => each.Value.Database.ConnectionString)
            .Append(new("ConnectionStrings__keys", keys!.ConnectionString)).Append(new("Wya__Keys__File", keys.RingFile))
            .Append(new(DuckDbLibrary.Variable, Environment.GetEnvironmentVariable(DuckDbLibrary.Variable) ?? "")).ToDictionary())
    {
        Input = input ?? TextReader.Null,
        OutputIsTerminal = toTerminal,
    };

    internal Task<Ran> Wya(params string[] arguments) => Tool().Run(arguments, TestContext.Current.CancellationToken);

    /// <summary>What needs DuckDB is skipped on a laptop that has none, and fails in CI.</summary>
    public static void NeedsDuckDb() => Assert.SkipWhen(
        !File.Exists(Environment.GetEnvironmentVariable(DuckDbLibrary.Variable)) && Environment.GetEnvironmentVariable("CI") is null or "",
        $"{DuckDbLibrary.Variable} is not set.");

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        keys = await TestKeys.Create();
        await Task.WhenAll(Domains.All.Select(async domain =>
        {
            TestDatabase database = await TestPostgres.CreateDatabase(
                domain.Name, domain.Types, [.. domain.Kept], domain.PrepareSql, keys.ForLogs, domain.IsChained);
            lock (domains)
            {
                domains[domain.Name] = (database, new PostgresEventStore(database.Log, clock, domain.ReadModels.Where(model => model.Inline)));
            }
        }));
        await Live();
    }

    public async ValueTask DisposeAsync()
    {
        foreach ((TestDatabase database, PostgresEventStore store) in domains.Values)
        {
            await store.DisposeAsync();
            await database.DisposeAsync();
        }

        if (keys is not null)
        {
            await keys.DisposeAsync();
        }
    }

    public async Task<long> Record<TState, TEvent>(
        string domain, StreamType<TState, TEvent> type, Guid stream, Guid actor, TimeSpan at, params TEvent[] events)
        where TState : class
        where TEvent : class
    {
        clock.Now = FirstDay + at;
        Guid command = House.CommandId(++commands);
        string[] claims = type.Claims is { } names ? [.. events.SelectMany(names)] : [];
        AppendOutcome outcome = await domains[domain].Store.Append(new Append(
            new CommandMetadata(actor == Guid.Empty ? "system" : actor.ToString(), command, $"request-{commands}"),
            new StreamAppend(stream, type.Name, ExpectedVersion.Any, [.. events], claims)));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    /// <summary>A day, counted from 1, and an hour of it.</summary>
    public static TimeSpan Day(int day, double hour = 12) => TimeSpan.FromDays(day - 1) + TimeSpan.FromHours(hour);

    private static Guid Id(int number) => Guid.Parse($"0198c5a2-7b5e-7c3f-9d2a-{number:d12}");

    private static Sensitive<T> Of<T>(Guid person, T value)
        where T : notnull => new(person, value);

    private async Task Live()
    {
        await Register();
        await Befriend();
        await Talk();
        await Furnish();
        await Moderate();
        await Trust(Ada, TrustEvidence.Welcomed);
        await Trust(Eli, TrustEvidence.Moderated);
    }

    private Task<long> Trust(Guid person, TrustEvidence evidence)
    {
        Guid action = Id(450);
        DateTimeOffset at = FirstDay + Day(9);
        return Record(
            "graph", TrustLedger.Stream, TrustLedger.StreamOf(new(person)), Guid.Empty, Day(10),
            new TrustUpdated(new(person), evidence, at, TrustLedger.Neutral.Take(evidence, at, action).CourseFrom(at), evidence == TrustEvidence.Moderated ? action : null));
    }

    private async Task Register()
    {
        await Arrive(1, (Ada, "ada", AgeLayer.Adult), (Bo, "bo.b", AgeLayer.Adult), (Cem, "cem", AgeLayer.Minor), (Moderator, "moira", AgeLayer.Adult));
        await Verify(1, Ada, Bo);
        await Arrive(2, (Dina, "dina", AgeLayer.Minor), (Eli, "eli", AgeLayer.Adult));
        await Verify(2, Dina);
        await Verify(3, Cem);
        await Arrive(4, (Fay, "fay", AgeLayer.Transitional));
        await Record("identity", User.Stream, Eli, Moderator, Day(8), new UserSuspended(FirstDay + Day(9), Of(Eli, "Rude again.")));
    }

    private async Task Arrive(int day, params (Guid Person, string Handle, AgeLayer Layer)[] people)
    {
        foreach ((Guid person, string handle, AgeLayer layer) in people)
        {
            await Record(
                "identity", User.Stream, person, person, Day(day, 9),
                new UserCreated(Of(person, handle), Of<IReadOnlyList<string>>(person, Handle.SkeletonsOf(handle)), layer, Of(person, new DateOnly(1990, 1, 1))));
        }
    }

    private async Task Verify(int day, params Guid[] people)
    {
        foreach (Guid person in people)
        {
            await Record("identity", User.Stream, person, Guid.Empty, Day(day, 18), new UserVerified());
        }
    }

    private async Task Befriend()
    {
        Guid adaBo = Id(101), cemDina = Id(102), eliFay = Id(103), boEli = Id(104);
        await Record("graph", Edge.Stream, adaBo, Ada, Day(2, 10), new FriendRequested(new(Ada), new(Bo)));
        await Record("graph", Edge.Stream, adaBo, Bo, Day(2, 15), new FriendAdded(new(Ada), new(Bo)));
        await Record("graph", Edge.Stream, cemDina, Cem, Day(3, 10), new FriendRequested(new(Cem), new(Dina)));
        await Record("graph", Edge.Stream, eliFay, Eli, Day(4, 10), new FriendRequested(new(Eli), new(Fay)));
        await Record("graph", Edge.Stream, eliFay, Fay, Day(4, 11), new FriendRequestDeclined(new(Eli), new(Fay), FirstDay + Day(30)));
        await Record("graph", Edge.Stream, cemDina, Dina, Day(5, 10), new FriendAdded(new(Cem), new(Dina)));
        await Record("graph", Edge.Stream, boEli, Bo, Day(6), new UserBlocked(new(Bo), new(Eli)));
    }

    private async Task Talk()
    {
        Guid direct = Id(201), group = Id(202), asked = Id(203);
        await Record(
            "messaging", Conversation.Stream, direct, Ada, Day(3),
            new ConversationCreated(ConversationKind.Direct, AgeLayer.Adult, new(Ada), [new(Ada), new(Bo)], IsRequest: false));
        await Say(direct, Ada, Day(3), "Hello");
        Guid answer = await Say(direct, Bo, Day(3, 12.5), "Hello yourself");
        await Record("messaging", Conversation.Stream, direct, Ada, Day(3, 12.75), new MessageReacted(new(Ada), new(answer), "❤"));
        await Say(direct, Ada, Day(4), "Again");
        await Say(direct, Bo, Day(4, 14), "And again");
        await Record(
            "messaging", Conversation.Stream, group, Cem, Day(5),
            new ConversationCreated(ConversationKind.Group, AgeLayer.Minor, new(Cem), [new(Cem), new(Dina)], IsRequest: false, Of(Cem, "Homework")));
        Guid first = await Say(group, Cem, Day(5, 13), "Who has it?");
        await Say(group, Dina, Day(5, 14), "Not me");
        await Record("messaging", Conversation.Stream, group, Dina, Day(5, 15), new MessageReacted(new(Dina), new(first), "👍"));
        await Record("messaging", Conversation.Stream, direct, Bo, Day(5, 15), new MessageReacted(new(Bo), new(answer), "👍"));
        await Record(
            "messaging", Conversation.Stream, asked, Eli, Day(6),
            new ConversationCreated(ConversationKind.Direct, AgeLayer.Adult, new(Eli), [new(Eli), new(Ada)], IsRequest: true), new ConversationRequested(new(Eli)));
        await Say(asked, Eli, Day(6), "Hey you");
        await Record("messaging", Conversation.Stream, asked, Ada, Day(6, 13), new RequestDeclined(new(Ada)));
    }

    private async Task<Guid> Say(Guid conversation, Guid sender, TimeSpan at, string text)
    {
        await Record(
            "messaging", Conversation.Stream, conversation, sender, at,
            new MessageSent(new(sender), MessageKind.Text, Of(sender, new MessageContent(text)), Mentions: sender == Dina ? [new(Cem)] : null));
        return House.CommandId(commands);
    }

    private async Task Furnish()
    {
        foreach ((Guid owner, int day, int versions) in new[] { (Ada, 1, 2), (Cem, 3, 1) })
        {
            Guid room = Id(300 + day);
            await Record("rooms", Room.Stream, room, Guid.Empty, Day(day), new RoomCreated(new(owner), RoomVisibility.Public, IsFirst: true));
            for (int version = 1; version <= versions; version++)
            {
                await Record(
                    "rooms", Room.Stream, room, owner, Day(day + version), new RoomVersionPublished(version, new string('a', 64), 1_000 * version, new(owner)));
            }
        }
    }

    private async Task Moderate()
    {
        Guid eli = CaseId.Of(new(Eli)).Value;
        (Guid Reporter, Category Category, TimeSpan At)[] reports = [(Ada, Category.Harassment, Day(6, 13)), (Bo, Category.Harassment, Day(6, 14)), (Fay, Category.Spam, Day(7))];
        for (int i = 0; i < reports.Length; i++)
        {
            (Guid reporter, Category category, TimeSpan at) = reports[i];
            await Record(
                "safety", Case.Stream, eli, Guid.Empty, at,
                new ReportSubmitted(
                    Id(400 + i), new(Eli), category, CasePriority.Medium, Id(410 + i), ReportSubjectKind.Message, Id(420 + i),
                    Of(reporter, new ReporterStatement(new(reporter), "He will not stop."))));
        }

        await Record("safety", Case.Stream, eli, Moderator, Day(8, 12), new ReportResolved(Id(402), ReportOutcome.NoViolation, Id(412), Of(Fay, Fay)));
        var basis = new ActionBasis(Category.Harassment, GroundKind.Rule, FirstDay + Day(8), Id(430), FromReport: true, AutomationDetected: false);
        await Record(
            "safety", Case.Stream, eli, Moderator, Day(8, 13),
            new SuspensionApplied(Id(440), new(Eli), FirstDay + Day(9), basis, Of(Eli, new StatementOfReasons("Suspended", "Messages", "Rule 5", "Within a week"))),
            new ReportResolved(Id(400), ReportOutcome.Upheld, Id(410), Of(Ada, Ada)),
            new ReportResolved(Id(401), ReportOutcome.Upheld, Id(411), Of(Bo, Bo)));
    }
}

[CollectionDefinition(SmallTown.Collection)]
public sealed class SmallTownCollection : ICollectionFixture<SmallTown>;
