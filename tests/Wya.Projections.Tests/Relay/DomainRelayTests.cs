using System.Text;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;
using Wya.Projections.Relay;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Relay;

/// <summary>A log and what publishes it; the external log is one that fails as it is told. The proof of the relay has a real one.</summary>
public sealed class DomainRelayTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_position_waits_until_all_is_acknowledged_and_what_is_sealed_leaves_sealed()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        await using TestKeys keys = await TestKeys.Create();
        EventTypeMap types = IdentityDomain.Definition.Types;
        await using TestDatabase database = await TestPostgres.CreateDatabase("identity", types, keys: keys.ForLogs);
        await using var store = new PostgresEventStore(database.Log, TimeProvider.System);
        Guid[] people = [.. Enumerable.Range(0, 3).Select(_ => Guid.CreateVersion7())];
        foreach (Guid person in people)
        {
            await store.Append(
                new Append(
                    CommandMetadata.System(Guid.CreateVersion7()),
                    new StreamAppend(
                        person,
                        "user",
                        ExpectedVersion.None,
                        [
                            new UserCreated(new Sensitive<string>(person, "wanda-the-canary"), new Sensitive<IReadOnlyList<string>>(person, ["vvanda"]), AgeLayer.Adult),
                            new UserVerified(),
                            new UserBanned(new Sensitive<string>(person, "a canary in words")),
                        ])),
                Ct);
        }

        await using var external = new FailingLog(() => database.Scalar<long>("select coalesce(max(last_seq_id), 0) from log.mt_event_progression"));
        Consumer relay = DomainRelay.Of(database.Log, external);
        await using (var daemon = new ProjectionDaemon([relay], TimeProvider.System))
        {
            daemon.Start();
            await Eventually.Is(async () => await Positions.Of(relay, Ct) == 9, "all is acknowledged");
        }

        external.PositionsMeanwhile.ShouldBe([0, 0, 0], "two failed, and each began again from the same place");
        external.Taken.Select(one => one.Position).ShouldBe([1, 2, 3, 4, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
        external.Taken.GroupBy(one => one.Id).ShouldAllBe(same => same.Select(Body).Distinct().Count() == 1);
        PublishedEvent[] ofLast = [.. external.Taken[^3..]];
        ofLast.Select(one => (one.Domain, one.StreamId, one.Version, one.Type, one.SchemaVersion)).ShouldBe(
            [("identity", people[2], 1, "user.created", 2), ("identity", people[2], 2, "user.verified", 1), ("identity", people[2], 3, "user.banned", 1)]);
        foreach (string body in external.Taken.Where(one => one.Type != "user.verified").Select(Body))
        {
            body.ShouldContain("\"sealed1:");
            body.ShouldNotContain("canary");
            body.ShouldNotContain("vvanda");
        }

        string stored = await database.Scalar<string>("select data->>'handle' from log.mt_events where seq_id = 7");
        Body(ofLast[0]).ShouldContain($"\"{stored}\"", Case.Sensitive, "the same token as in the log, so that one key ends both");
    }

    [Fact]
    public void What_the_log_holds_in_the_clear_from_before_its_field_was_sealed_is_withheld()
    {
        EventType type = IdentityDomain.Definition.Types.Stored("user.suspended").Type;
        var recorded = new RecordedEvent
        {
            Position = 1, Id = Guid.CreateVersion7(), StreamId = Guid.CreateVersion7(), Version = 1, Type = type.Name, SchemaVersion = 1,
            Time = DateTimeOffset.UnixEpoch, Metadata = new EventMetadata("system", "identity", null, null, null),
            Data = type.Read(1, """{"until": "2026-01-01T00:00:00Z", "reason": "written long ago"}"""u8),
        };

        PublishedEvent published = PublishedEvent.Of(recorded, type, "identity");

        Body(published).ShouldBe("""{"until":"2026-01-01T00:00:00+00:00","reason":"(sealed)"}""");
        published.SchemaVersion.ShouldBe(2, "of what is in the body");
    }

    private static string Body(PublishedEvent published) => Encoding.UTF8.GetString(published.Body.Span);

    /// <summary>Takes the first four and fails, then takes none and fails, then takes what it is given.</summary>
    private sealed class FailingLog(Func<Task<long>> position) : IExternalLog
    {
        public List<PublishedEvent> Taken { get; } = [];

        public List<long> PositionsMeanwhile { get; } = [];

        public async Task Publish(IReadOnlyList<PublishedEvent> batch, CancellationToken ct)
        {
            PositionsMeanwhile.Add(await position());
            int time = PositionsMeanwhile.Count;
            Taken.AddRange(time == 1 ? batch.Take(4) : time == 2 ? [] : batch);
            if (time < 3)
            {
                throw new ExternalLogAwayException("as it was told");
            }
        }

        public Task Ping(CancellationToken ct) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
