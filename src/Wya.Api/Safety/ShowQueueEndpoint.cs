using System.Globalization;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowQueueEndpoint
{
    private static readonly Problem FilterMalformed =
        Problems.MalformedRequest("A priority is immediate, high, medium or low; a category is one of those that reports name.");

    /// <param name="Counts">Of all that waits, whatever was asked for.</param>
    /// <param name="Next">Send it back as <c>cursor</c>, with all else as it was; left out on the last page.</param>
    internal sealed record Queue(IReadOnlyList<Waiting> Items, QueueCounts Counts, string? Next = null);

    /// <summary>One person's case, however many have reported them.</summary>
    /// <param name="DueAt">By when somebody must have looked.</param>
    /// <param name="ConflictOfInterest">It is for another moderator; nothing more of it is told.</param>
    /// <param name="GroupSize">Open reports that this person has made, which wait together until somebody has looked at them here.</param>
    /// <param name="ClaimedUntil">Left out while nobody has claimed it.</param>
    internal sealed record Waiting(
        Guid CaseId,
        CasePriority Priority,
        DateTimeOffset DueAt,
        bool IsOverdue,
        bool ConflictOfInterest,
        UserId? UserId = null,
        RiskLevel? Level = null,
        DateTimeOffset? OpenedAt = null,
        int? OpenReports = null,
        int? Reporters = null,
        IReadOnlyList<Category>? Categories = null,
        CasePriority? Escalated = null,
        int? ProposedBans = null,
        int? GroupSize = null,
        DateTimeOffset? ClaimedUntil = null,
        bool? ClaimedByMe = null)
    {
        public static Waiting Of(QueuedCase queued, Moderator moderator, DateTimeOffset now)
        {
            var waiting = new Waiting(
                queued.Place.CaseId, queued.Place.Priority, queued.Place.DueAt, queued.Place.DueAt < now, queued.IsConflicted);
            bool isClaimed = now < queued.ClaimedUntil;
            return queued.IsConflicted ? waiting : waiting with
            {
                UserId = new UserId(queued.UserId),
                Level = EnumText.Read<RiskLevel>(queued.Level),
                OpenedAt = queued.OpenedAt,
                OpenReports = queued.OpenReports,
                Reporters = queued.Reporters,
                Categories = [.. queued.Categories.Select(EnumText.Read<Category>).Order()],
                Escalated = queued.Escalated,
                ProposedBans = queued.Proposals,
                GroupSize = queued.GroupSize,
                ClaimedUntil = isClaimed ? queued.ClaimedUntil : null,
                ClaimedByMe = isClaimed ? queued.ClaimedBy == moderator.Ref : null,
            };
        }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/moderation/queue", Answer)
        .RequireCapability(Capability.Moderate)
        .AnswersFromInline<SafetyLog>()
        .RecordsView(ViewKind.Queue)
        .Describe(
            "ShowQueue",
            "Show what waits for moderators",
            "One line a person. First who is at the level protect and what is immediate; then by priority and due time. With filters, in pages.")
        .Produces<Queue>()
        .ForExample(answer: new Queue(
            [
                new Waiting(
                    ExampleCase.Case, CasePriority.High, ExamplePeople.Then.AddDays(1), IsOverdue: false, ConflictOfInterest: false, ExamplePeople.MaraId,
                    RiskLevel.Guide, ExamplePeople.Then, 3, 2, [Category.Harassment], ProposedBans: 0),
            ],
            new QueueCounts(1, 0, 1, 0, 1, 0, 0)))
        .Refuses(Problems.CursorMalformed);

    private static async Task<IResult> Answer(
        SafetyLog safety,
        CaseDoor door,
        TimeProvider clock,
        HttpContext http,
        string? priority = null,
        string? category = null,
        bool unclaimed = false,
        bool mine = false,
        bool overdue = false,
        string? cursor = null,
        int limit = Limits.PageItemsDefault)
    {
        QueuePlace? after = null;
        if (limit is < 1 or > Limits.PageItemsMax || (cursor is not null && (after = Place(cursor)) is null))
        {
            return Problems.CursorMalformed;
        }

        CasePriority asPriority = default;
        Category asCategory = default;
        if ((priority is not null && !EnumText.TryRead(priority, out asPriority)) || (category is not null && !EnumText.TryRead(category, out asCategory)))
        {
            return FilterMalformed;
        }

        CancellationToken ct = http.RequestAborted;
        DateTimeOffset now = clock.GetUtcNow();
        Moderator moderator = door.ModeratorOf(http);
        var filter = new QueueFilter(priority is null ? null : asPriority, category is null ? null : asCategory, unclaimed, mine, overdue);
        IReadOnlyList<QueuedCase> found = await CaseQueue.Page(safety.Database, moderator, filter, now, after, limit + 1, ct).ConfigureAwait(false);
        return TypedResults.Ok(new Queue(
            [.. found.Take(limit).Select(queued => Waiting.Of(queued, moderator, now))],
            await CaseQueue.Count(safety.Database, now, ct).ConfigureAwait(false),
            found.Count > limit ? Cursor(found[limit - 1].Place) : null));
    }

    private static string Cursor(QueuePlace place) =>
        string.Create(CultureInfo.InvariantCulture, $"{place.Rank}-{(int)place.Priority}-{place.DueAt.UtcTicks}-{place.CaseId:n}");

    private static QueuePlace? Place(string cursor) =>
        cursor.Split('-') is ["0" or "1", "0" or "1" or "2" or "3", var ticks, var id] parts
        && long.TryParse(ticks, NumberStyles.None, CultureInfo.InvariantCulture, out long time) && time <= DateTime.MaxValue.Ticks
        && Guid.TryParseExact(id, "n", out Guid caseId)
            ? new QueuePlace(parts[0][0] - '0', (CasePriority)(parts[1][0] - '0'), new DateTimeOffset(time, TimeSpan.Zero), caseId)
            : null;
}
