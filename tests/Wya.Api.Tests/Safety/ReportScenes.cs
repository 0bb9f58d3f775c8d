using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;

namespace Wya.Api.Tests.Safety;

/// <summary>Reports over HTTP, and what stands in a case after them.</summary>
internal static class ReportScenes
{
    public static Task<Answer> Reports(this Person reporter, object subject, string category = "harassment", string? words = null, string? key = null) =>
        reporter.Client.Send("POST", "/reports", new { subject, category, words }, key ?? Requests.NewKey());

    public static object Of(Person person) => new { kind = "person", user_id = person.Id };

    public static object OfMessage(Guid conversation, Guid message) => new { kind = "message", conversation_id = conversation, message_id = message };

    public static Guid ReportId(this Answer received) => received.Json.GetProperty("report_id").GetGuid();

    /// <summary>By which safety speaks of who reports.</summary>
    public static Guid ReporterRef(this ApiHost api, Person person) => SafetyKey.OfReporter(api.Log().Database, new UserId(person.Id));

    /// <summary>By which it speaks of who decides.</summary>
    public static Guid ModeratorRef(this ApiHost api, Person person) => SafetyKey.OfModerator(api.Log().Database, new UserId(person.Id));

    public static async Task<IReadOnlyList<RecordedEvent>> CaseOf(this ApiHost api, Person person)
    {
        List<RecordedEvent> events = [];
        await foreach (RecordedEvent recorded in api.Log().Store.ReadStream(CaseId.Of(new UserId(person.Id)).Value))
        {
            events.Add(recorded);
        }

        return events;
    }

    public static async Task<ReportSubmitted[]> ReportsOf(this ApiHost api, Person person) =>
        [.. (await api.CaseOf(person)).Select(recorded => recorded.Data).OfType<ReportSubmitted>()];

    public static async Task<SignalRecorded[]> SignalsOf(this ApiHost api, Person person) =>
        [.. (await api.CaseOf(person)).Select(recorded => recorded.Data).OfType<SignalRecorded>()];

    public static async Task<Evidence> EvidenceOf(this ApiHost api, Person person) => (await api.ReportsOf(person))[^1].Evidence!.ValueOr(null!);

    /// <summary>As whatever decides about somebody would record it.</summary>
    public static Task Decides(this ApiHost api, Person about, params CaseEvent[] facts) => api.Log().Store.Append(new Append(
        new CommandMetadata("system", Guid.CreateVersion7()), new StreamAppend(CaseId.Of(new UserId(about.Id)).Value, "case", ExpectedVersion.Any, facts)));

    public static Sensitive<T> SealedByReporter<T>(this ApiHost api, Person reporter, T value)
        where T : notnull => new(api.ReporterRef(reporter), value);

    public static Task<Guid> FirstRoomId(this Person person) => Rooms.RoomScenes.FirstRoom(person);

    private static SafetyLog Log(this ApiHost api) => api.Services.GetRequiredService<SafetyLog>();
}
