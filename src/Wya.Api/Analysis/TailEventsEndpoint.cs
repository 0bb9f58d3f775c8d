using System.Globalization;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Analysis;

internal static class TailEventsEndpoint
{
    private const string EventFrame = "event";
    private const string BeatFrame = "heartbeat";
    private const string EndFrame = "goodbye";

    /// <param name="Event">Of a frame called event.</param>
    /// <param name="Reason">Of goodbye: stopping, session_ended, or capability_missing.</param>
    internal sealed record Frame(EventAnswer? Event = null, string? Reason = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/analyst/events/live", Answer)
        .RequireCapability(Capability.Analyse)
        .Describe(
            "TailEvents",
            "Follow a log as it grows",
            "Server-sent events: each event of the log, or of some types, as it is recorded, with its position as id; now and then a heartbeat, whose id says how far "
            + "the log was looked through; goodbye before it ends. With Last-Event-ID it goes on after that position, and misses nothing. Who reads slowly is told later.")
        .Produces<Frame>(contentType: "text/event-stream")
        .ForExample(answer: new Frame(EventAnswer.Example))
        .Refuses(Problems.LogUnknown, Problems.SafetyLogClosed, Problems.PositionInTheFuture, Problems.TailsFull);

    private static async Task<IResult> Answer(
        AnalystLogs logs, Tails tails, HttpContext http, IdentityLog identity, Settings settings, TimeProvider clock, IHostApplicationLifetime lifetime, string domain, string[]? type = null)
    {
        if (logs.Find(domain) is not ({ } log, _))
        {
            return logs.Find(domain).Problem!;
        }

        long? after = null;
        if (http.Request.Headers["Last-Event-ID"] is [{ Length: > 0 } id])
        {
            if (!long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out long given) || given > await log.Browser.Head(http.RequestAborted).ConfigureAwait(false))
            {
                return Problems.PositionInTheFuture;
            }

            after = given;
        }

        if (!tails.TryEnter())
        {
            return Problems.TailsFull;
        }

        http.Response.OnCompleted(() =>
        {
            tails.Leave();
            return Task.CompletedTask;
        });
        if (http.Features.Get<IHttpMinResponseDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null; // it is silent for as long as nothing happens
        }

        http.Response.Headers["X-Accel-Buffering"] = "no";
        var caller = http.Caller();
        Guid? session = settings.IssuesTokens ? http.SessionId() : null;
        async Task<string?> Ends(CancellationToken ct)
        {
            if (lifetime.ApplicationStopping.IsCancellationRequested)
            {
                return "stopping";
            }

            Admission admission = await Standings.Admit(identity.Database, caller.Id, session, clock.GetUtcNow(), ct).ConfigureAwait(false);
            return !admission.SessionIsOpen ? "session_ended"
                : Caller.Of(caller.Id, admission.Person, clock.GetUtcNow()).Holds(Capability.Analyse) ? null
                : "capability_missing";
        }

        var only = type is { Length: > 0 } ? type.ToHashSet(StringComparer.Ordinal) : null;
        return TypedResults.ServerSentEvents(Follow(log, after, only, Ends, tails.Beat, clock, lifetime.ApplicationStopping, http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<Frame>> Follow(
        AnalystLog log,
        long? after,
        HashSet<string>? only,
        Func<CancellationToken, Task<string?>> ends,
        TimeSpan beat,
        TimeProvider clock,
        CancellationToken stopping,
        [EnumeratorCancellation] CancellationToken ct)
    {
        // One page at a time: who has not taken it holds up its own reader, so memory is that of two pages.
        var pages = Channel.CreateBounded<TailPage>(1);
        var tail = new LogTail(log.Database, async (page, stop) => await pages.Writer.WriteAsync(page, stop).ConfigureAwait(false), after);
        await using (tail.ConfigureAwait(false))
        {
            tail.Start();
            long place = await tail.Begun.WaitAsync(ct).ConfigureAwait(false);
            yield return Of(place, BeatFrame, new Frame());
            long looked = clock.GetTimestamp();
            using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, stopping);
            Task<bool> more = pages.Reader.WaitToReadAsync(either.Token).AsTask();
            while (true)
            {
                TimeSpan left = beat - clock.GetElapsedTime(looked);
                await ((Task)more).WaitAsync(left > TimeSpan.Zero ? left : TimeSpan.Zero, clock, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                ct.ThrowIfCancellationRequested();
                if (clock.GetElapsedTime(looked) >= beat || stopping.IsCancellationRequested)
                {
                    if (await ends(ct).ConfigureAwait(false) is { } reason)
                    {
                        yield return Of(place, EndFrame, new Frame(Reason: reason));
                        yield break;
                    }

                    looked = clock.GetTimestamp();
                    yield return Of(place, BeatFrame, new Frame());
                }

                if (!more.IsCompletedSuccessfully)
                {
                    continue;
                }

                while (pages.Reader.TryRead(out TailPage? page))
                {
                    foreach (RecordedEvent recorded in page.Events.Where(one => only is null || only.Contains(one.Type)))
                    {
                        yield return Of(recorded.Position, EventFrame, new Frame(EventAnswer.Of(log, recorded)));
                    }

                    place = page.To;
                }

                more = pages.Reader.WaitToReadAsync(either.Token).AsTask();
            }
        }
    }

    private static SseItem<Frame> Of(long position, string type, Frame frame) =>
        new(frame, type) { EventId = position.ToString(CultureInfo.InvariantCulture) };
}
