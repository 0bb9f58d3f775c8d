using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Safety;

namespace Wya.Api.Tests.Safety;

/// <summary>People with their cases, and moderators at work on them.</summary>
public static class CaseScenes
{
    private static long reportsEver;

    public static Task<Person> NewModerator(this ApiHost api) => api.NewPerson(30, Capability.Moderate);

    public static Guid Case(this Person person) => CaseId.Of(new UserId(person.Id)).Value;

    /// <summary>Under the key of the person whose case it is.</summary>
    public static Sensitive<T> Seal<T>(this ApiHost api, Person person, T value)
        where T : notnull => new(SafetyKey.Of(api.Databases["safety"].Log, new UserId(person.Id)), value);

    public static async Task Happens(this ApiHost api, Person person, string actor, params CaseEvent[] facts)
    {
        SafetyLog safety = api.Services.GetRequiredService<SafetyLog>();
        AppendOutcome outcome = await safety.Store.Append(new Append(
            new CommandMetadata(actor, Guid.CreateVersion7()), new StreamAppend(person.Case(), "case", ExpectedVersion.Any, facts)));
        if (outcome is not AppendOutcome.Appended)
        {
            throw new InvalidOperationException($"It was not recorded: {outcome.GetType().Name}.");
        }
    }

    /// <summary>As a report is recorded, whoever takes it.</summary>
    public static async Task<Guid> Reports(
        this ApiHost api,
        Person reporter,
        Person about,
        Category category = Category.Harassment,
        CasePriority priority = CasePriority.Medium,
        string words = "They insult me.",
        string seen = "An insult.",
        Guid? sameAs = null)
    {
        Guid report = Guid.CreateVersion7();
        await api.Happens(about, api.ReporterRef(reporter).ToString(), new ReportSubmitted(
            report,
            new UserId(about.Id),
            category,
            priority,
            api.ReporterRef(reporter),
            ReportSubjectKind.Person,
            api.Databases["safety"].Log.KeyedId($"subject:{Interlocked.Increment(ref reportsEver)}"),
            api.SealedByReporter(reporter, new ReporterStatement(new UserId(reporter.Id), words)),
            sameAs is null
                ? api.Seal(about, new Evidence(
                    ReportSubjectKind.Person, DateTimeOffset.UnixEpoch, [new EvidenceItem("reported", seen, IsReported: true)], new EvidenceSubject()))
                : null,
            sameAs));
        return report;
    }

    public static Task Group(this ApiHost api, Person reporter) =>
        api.Happens(reporter, "system", new ReportsGrouped(new UserId(reporter.Id), api.ReporterRef(reporter)));

    /// <summary>Reads with a purpose.</summary>
    public static Task<Answer> Looks(this Person moderator, string address, string? purpose = "triage") => moderator.Client.Send(
        "GET", address, change: request =>
        {
            if (purpose is not null)
            {
                request.Headers.TryAddWithoutValidation("Wya-Purpose", purpose);
            }
        });

    public static Task<Answer> Claims(this Person moderator, Person person) => moderator.Client.Send("PUT", $"/moderation/cases/{person.Case()}/claim");

    public static async Task<Answer> Does(this Person moderator, Person about, string what, object body, string? key = null) =>
        await moderator.Client.Send("POST", $"/moderation/cases/{about.Case()}/{what}", body, key ?? Requests.NewKey());

    /// <summary>Claims the case and acts on it.</summary>
    public static async Task<Guid> ActsOn(this Person moderator, Person about, Dictionary<string, object?> action)
    {
        (await moderator.Claims(about)).Expect(200);
        Answer answer = await moderator.Does(about, "actions", action);
        answer.Expect(200);
        return answer.Json.GetProperty("action_id").GetGuid();
    }

    public static Answer Expect(this Answer answer, int status) =>
        answer.Status == status ? answer : throw new InvalidOperationException(answer.ToString());

    public static Dictionary<string, object?> Action(string kind, DateTimeOffset? until = null, string facts = "Insults in a conversation.", object? reports = null)
    {
        Dictionary<string, object?> action = new()
        {
            ["kind"] = kind,
            ["what"] = "This was decided.",
            ["since"] = DateTimeOffset.UtcNow,
            ["facts"] = facts,
            ["ground"] = new { kind = "rule", text = "Rule 3: no harassment." },
            ["category"] = "harassment",
            ["automation"] = new { detected = false, decided = false },
            ["appeal"] = "In your record, within six months.",
        };
        if (until is not null)
        {
            action["until"] = until;
        }

        if (reports is not null)
        {
            action["reports"] = reports;
        }

        return action;
    }

    public static Dictionary<string, object?> Without(this Dictionary<string, object?> action, string part)
    {
        Dictionary<string, object?> rest = new(action);
        rest.Remove(part);
        return rest;
    }

    public static Dictionary<string, object?> With(this Dictionary<string, object?> action, string part, object value) =>
        new(action) { [part] = value };

    /// <summary>The whole queue as the moderator sees it, page by page.</summary>
    public static async Task<List<JsonElement>> Queue(this Person moderator, string filter = "", int limit = 100)
    {
        List<JsonElement> items = [];
        string? cursor = null;
        do
        {
            Answer page = (await moderator.Looks($"/moderation/queue?limit={limit}{filter}{(cursor is null ? "" : "&cursor=" + cursor)}")).Expect(200);
            items.AddRange(page.Json.GetProperty("items").EnumerateArray());
            cursor = page.String("next");
        }
        while (cursor is not null);
        return items;
    }

    public static Task<long> Views(this ApiHost api) =>
        api.Databases["safety"].Scalar<long>("select count(*) from log.mt_events where type like 'safety.record_viewed%'");

    /// <summary>How far safety has followed the graph: until then a new tie is not known to it.</summary>
    public static Task<bool> IsTied(this ApiHost api, Person one, Person other) => api.Databases["safety"].Scalar<bool>(
        $"""
        select exists (select from public.friends where low_id = least('{one.Id}'::uuid, '{other.Id}') and high_id = greatest('{one.Id}'::uuid, '{other.Id}'))
            or exists (select from public.blocks where blocker_id in ('{one.Id}', '{other.Id}') and blocked_id in ('{one.Id}', '{other.Id}'))
        """);
}
