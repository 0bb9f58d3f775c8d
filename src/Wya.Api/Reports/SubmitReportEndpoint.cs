using Microsoft.AspNetCore.Http.HttpResults;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Safety;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Rooms;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Identity;
using Wya.Projections.Safety;
using Case = Wya.Domain.Safety.Case;

namespace Wya.Api.Reports;

internal static class SubmitReportEndpoint
{
    /// <param name="Category">Which rule of the place was broken, as the reporter sees it.</param>
    /// <param name="Words">1 to 2,000 characters, if there is more to say.</param>
    internal sealed record Body(ReportSubject Subject, Category Category, string? Words = null);

    /// <param name="ReportId">The receipt: see <c>GET /me/reports/{id}</c>.</param>
    /// <param name="Status"><c>received</c>.</param>
    internal sealed record Receipt(Guid ReportId, ReportStatus Status);

    private static readonly Problem Malformed = Problems.MalformedRequest(
        "A subject is a person or location_behaviour with a user_id, a message with conversation_id and message_id, a conversation with conversation_id, or a room with room_id.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/reports", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .RequireRateLimiting(RateLimits.Report)
        .TakesCommand(keyIsRequired: true)
        .WithTags("Safety")
        .Describe(
            "SubmitReport",
            "Report a person, or something of theirs",
            "With what the caller sees of it at this moment, sealed. Nobody who is reported learns by whom. The same thing reported again while it is open gives the same receipt. "
            + "Also for people who are suspended, not for those who are banned.")
        .Produces<Receipt>(StatusCodes.Status201Created)
        .ForExample(
            new Body(new ReportSubject(ReportSubjectKind.Message, ConversationId: ExampleTalk.Conversation, MessageId: ExampleTalk.Message), Category.Harassment, "They would not stop."),
            new Receipt(ExampleReports.Id, ReportStatus.Received))
        .Refuses(
            IdentityRefusals.UserNotFound, MessagingRefusals.ConversationNotFound, MessagingRefusals.MessageNotFound, RoomRefusals.RoomNotFound,
            RoomRefusals.VersionNotFound, ReportRefusals.NotOneself, ReportRefusals.WordsInvalid)
        .Refuses(Problems.AccountBanned, Problems.NotKnownYet);

    private static async Task<IResult> Answer(Body body, Snapshots snapshots, SafetyLog safety, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        DateTimeOffset now = clock.GetUtcNow();
        UserId reporter = http.Caller().Id;
        if (http.Caller().User?.StatusAt(now) == UserStatus.Banned)
        {
            return Problems.AccountBanned;
        }

        (IdempotencyKey? key, Problem? problem) = IdempotencyKey.Read(http.Request);
        if (key is null || problem is not null)
        {
            return problem ?? Problems.IdempotencyKeyMissing;
        }

        // In safety's log the reporter is a pseudonym, also where a command is named.
        Guid reference = SafetyKey.OfReporter(safety.Database, reporter);
        CommandMetadata metadata = Command.Metadata(http, key, body, actor: reference.ToString()) with
        {
            CommandId = EventIds.ForCommand(reference.ToString(), "report", key.Value.Value),
        };
        if (await safety.Store.FindEvent(metadata.CommandId, ct).ConfigureAwait(false) is { } earlier)
        {
            return earlier.Metadata.Fingerprint == metadata.Fingerprint
                ? Received(http, safety, earlier.Position, metadata.CommandId)
                : Problems.IdempotencyKeyReused;
        }

        if (!body.Subject.IsWellFormed)
        {
            return Malformed;
        }

        (Snapshot? snapshot, problem) = await snapshots.Take(http, body.Subject).ConfigureAwait(false);
        if (snapshot is null)
        {
            return problem!;
        }

        var report = new SubmitReport(
            metadata.CommandId,
            snapshot.Person,
            SafetyKey.Of(safety.Database, snapshot.Person),
            body.Category,
            body.Subject.Kind,
            safety.Database.KeyedId($"subject:{snapshot.Key}"),
            reporter,
            reference,
            body.Words,
            snapshot.Evidence);
        DateTimeOffset? registeredAt = await PeopleTable.RegisteredAt(safety.Database, snapshot.Person, ct).ConfigureAwait(false);
        Transacted<Case> done = await safety.Store.Transact(
            Case.Stream, CaseId.Of(snapshot.Person).Value, state => SubmitReport.Decide(state, report, registeredAt, now), metadata, ct).ConfigureAwait(false);
        return done.Refusal is { } refusal ? Problem.Of(refusal) : Received(http, safety, done.Position, SubmitReport.Receipt(done.State, report));
    }

    private static Created<Receipt> Received(HttpContext http, SafetyLog safety, long position, Guid id)
    {
        safety.At(position).Write(http.Response);
        return TypedResults.Created($"/me/reports/{id}", new Receipt(id, ReportStatus.Received));
    }
}
