using System.Collections.Concurrent;
using System.Diagnostics;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>A trace leads from a request through its append to the page that makes its event visible.</summary>
public sealed class TraceTests(PostgresFixture fixture) : IClassFixture<PostgresFixture>
{
    [Fact]
    public async Task An_append_is_a_span_and_the_page_links_to_the_request_and_neither_names_a_stream()
    {
        ConcurrentQueue<Activity> ended = [];
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is LogTelemetry.Name or "test",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = ended.Enqueue,
        };
        ActivitySource.AddActivityListener(listener);
        using var source = new ActivitySource("test");
        await using var daemon = new ProjectionDaemon(
            [Consumer.Of("Traced", fixture.Database.Log, fixture.Database.Log, _ => (_, _) => Task.CompletedTask)], TimeProvider.System);
        daemon.Start();

        Guid stream = Guid.CreateVersion7();
        ActivityContext request;
        using (Activity activity = source.StartActivity("request")!)
        {
            request = activity.Context;
            var metadata = new CommandMetadata(
                "robin", Guid.CreateVersion7(), activity.TraceId.ToHexString(), activity.SpanId.ToHexString());
            await fixture.Store.Append(new Append(metadata, new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new Deposited(1)])));
        }

        await Eventually.Is(
            () => ended.Any(a => a.OperationName == "wya.page" && a.Links.Any(link => link.Context.TraceId == request.TraceId)),
            "the page that holds the event has ended");
        ended.ShouldContain(a => a.OperationName == "wya.append" && a.TraceId == request.TraceId);
        ended.SelectMany(a => a.TagObjects).ShouldAllBe(tag => !$"{tag.Value}".Contains(stream.ToString()));
    }
}
