using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Reports;

/// <summary>What was found of a subject, before anything is recorded.</summary>
/// <param name="Person">Whom it concerns.</param>
/// <param name="Key">Names the subject; equal for equal ones.</param>
internal sealed record Snapshot(UserId Person, string Key, Evidence Evidence);

/// <summary>
/// Takes the picture that goes with a report, at once, through each domain's own readers: what the reporter may see of it, and
/// nothing else. Who cannot see it is told what they are told everywhere.
/// </summary>
internal sealed class Snapshots(IdentityLog identity, TalkSnapshots talk, RoomSnapshots rooms, PlaceSnapshots places, TimeProvider clock)
{
    /// <summary>Whose words an item of evidence are; nobody is named.</summary>
    public const string Reported = "reported", Reporter = "reporter", Other = "other";

    public async Task<(Snapshot? Snapshot, Problem? Problem)> Take(HttpContext http, ReportSubject subject)
    {
        Caller caller = http.Caller();
        DateTimeOffset now = clock.GetUtcNow();
        (Snapshot? snapshot, Problem? problem) = subject.Kind switch
        {
            ReportSubjectKind.Message => await talk.Message(caller.Id, subject.ConversationId!.Value, subject.MessageId!.Value, now, http.RequestAborted).ConfigureAwait(false),
            ReportSubjectKind.Conversation => await talk.Conversation(caller.Id, subject.ConversationId!.Value, subject.UserId, now, http.RequestAborted).ConfigureAwait(false),
            ReportSubjectKind.Room => await rooms.Version(http, subject.RoomId!.Value, subject.Version, now).ConfigureAwait(false),
            ReportSubjectKind.LocationBehaviour => (await places.Of(subject.UserId!.Value, now, http.RequestAborted).ConfigureAwait(false), null),
            ReportSubjectKind.Person => (new Snapshot(subject.UserId!.Value, $"person:{subject.UserId}", Nothing(now)), null),
            _ => throw new InvalidOperationException($"Nothing is known of a {subject.Kind}."),
        };
        if (snapshot is null)
        {
            return (null, problem);
        }

        UserView? person = await UsersTable.ById(identity.Database, snapshot.Person, http.RequestAborted).ConfigureAwait(false);
        if (person is null || !MayReport(caller, person, subject.Kind))
        {
            return (null, Problem.Of(TalkSnapshots.NotFound(subject.Kind)));
        }

        return (subject.Kind == ReportSubjectKind.Person ? snapshot with { Evidence = Of(person, now) } : snapshot, null);
    }

    /// <summary>
    /// Of their own layer. Somebody who is about to leave for good is found by nobody, but what they have said or shown is still
    /// there, and can be reported. A block hides nobody from a report.
    /// </summary>
    private static bool MayReport(Caller caller, UserView person, ReportSubjectKind kind) =>
        kind is ReportSubjectKind.Person or ReportSubjectKind.LocationBehaviour ? caller.MaySee(person) : caller.SeesAll || caller.AgeLayer == person.AgeLayer;

    private static Evidence Nothing(DateTimeOffset now) => new(ReportSubjectKind.Person, now, [], new EvidenceSubject());

    private static Evidence Of(UserView person, DateTimeOffset now) =>
        new(ReportSubjectKind.Person, now, [new EvidenceItem(Reported, $"@{person.Handle}", IsReported: true)], new EvidenceSubject());
}
