using Microsoft.Extensions.DependencyInjection;
using Wya.Api.Safety;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Safety;
using Wya.Testing;

namespace Wya.Api.Tests;

/// <summary>
/// What moderators decide, as safety's log records it. Before a test goes on, everybody has taken it who enforces it, and
/// everybody who follows those.
/// </summary>
public static class Moderation
{
    /// <summary>Who decides here.</summary>
    public static Guid Moderator { get; } = Guid.NewGuid();

    public static Task<Guid> Warn(this ApiHost api, Guid person) =>
        api.Decide(person, (action, basis, statement) => new WarningIssued(action, new UserId(person), basis, statement));

    public static Task<Guid> Mute(this ApiHost api, Guid person, DateTimeOffset? until = null) => api.Decide(person, (action, basis, statement) =>
        new RestrictionApplied(action, new UserId(person), RestrictionKind.Mute, until, basis, statement));

    public static Task<Guid> Restrict(this ApiHost api, Guid person, string capability, DateTimeOffset? until = null) => api.Decide(
        person, (action, basis, statement) => new CapabilityRestricted(action, new UserId(person), capability, basis, statement, until));

    public static Task<Guid> Suspend(this ApiHost api, Guid person, DateTimeOffset until) =>
        api.Decide(person, (action, basis, statement) => new SuspensionApplied(action, new UserId(person), until, basis, statement));

    public static Task<Guid> Suspend(this ApiHost api, Guid person) => api.Suspend(person, DateTimeOffset.UtcNow.AddDays(1));

    public static Task<Guid> Ban(this ApiHost api, Guid person) =>
        api.Decide(person, (action, basis, statement) => new BanApplied(action, new UserId(person), Guid.NewGuid(), basis, statement));

    public static Task<Guid> TakeDownMessage(this ApiHost api, Guid author, Guid conversation, Guid message) => api.TakeDown(
        author, new TakenDownContent(TakenDownKind.Message, ConversationId: conversation, MessageId: message));

    public static Task<Guid> TakeDownVersion(this ApiHost api, Guid owner, Guid room, int version) => api.TakeDown(
        owner, new TakenDownContent(TakenDownKind.RoomVersion, RoomId: room, Version: version));

    /// <param name="action">As it was answered when it was decided.</param>
    public static async Task Reverse(this ApiHost api, Guid action)
    {
        Guid theCase = await api.Databases["safety"].Scalar<Guid>(
            $"select stream_id from log.mt_events where coalesce(data ->> 'action_id', data ->> 'restriction_id') = '{action}' order by seq_id limit 1");
        await api.HeardBySafetysFollowers(await api.Record(theCase, _ => new ActionReversed(action)));
    }

    /// <summary>Recorded, and nobody is waited for.</summary>
    /// <returns>The position in safety's log.</returns>
    public static Task<long> Record(this ApiHost api, Guid person, Guid action, Func<Guid, ActionBasis, Sensitive<StatementOfReasons>, CaseEvent> decision) =>
        api.Record(CaseId.Of(new UserId(person)).Value, log => decision(
            action,
            new ActionBasis(
                Category.Harassment, GroundKind.Rule, DateTimeOffset.UtcNow, SafetyKey.OfModerator(log, new UserId(Moderator)), FromReport: true, AutomationDetected: false),
            new Sensitive<StatementOfReasons>(
                SafetyKey.Of(log, new UserId(person)), new StatementOfReasons("Something was decided.", "For what was done.", "By a rule.", "In your record."))));

    private static Task<Guid> TakeDown(this ApiHost api, Guid person, TakenDownContent content) =>
        api.Decide(person, (action, basis, statement) => new ContentTakenDown(action, new UserId(person), content, basis, statement));

    private static async Task<Guid> Decide(this ApiHost api, Guid person, Func<Guid, ActionBasis, Sensitive<StatementOfReasons>, CaseEvent> decision)
    {
        var action = Guid.NewGuid();
        await api.HeardBySafetysFollowers(await api.Record(person, action, decision));
        return action;
    }

    private static async Task<long> Record(this ApiHost api, Guid theCase, Func<LogDatabase, CaseEvent> fact)
    {
        SafetyLog safety = api.Services.GetRequiredService<SafetyLog>();
        AppendOutcome outcome = await safety.Store.Append(new Append(
            new CommandMetadata(Moderator.ToString(), Guid.NewGuid()), new StreamAppend(theCase, "case", ExpectedVersion.Any, [fact(safety.Database)])));
        return ((AppendOutcome.Appended)outcome).Position;
    }

    private static async Task HeardBySafetysFollowers(this ApiHost api, long position)
    {
        foreach (DomainDefinition domain in Domains.All)
        {
            foreach (string follower in domain.Subscriptions.Where(one => one.Source == "safety").Select(one => one.Model.ProgressionName)
                .Concat(domain.Followers.Where(one => one.Source == "safety").Select(one => $"{one.Name}:All")))
            {
                await api.Heard(domain.Name, follower, position);
            }
        }

        await api.HeardFromIdentity();
    }

    private static Task Heard(this ApiHost api, string domain, string follower, long position) => Eventually.Is(
        async () => await api.Databases[domain].Scalar<long>(
            $"select coalesce((select last_seq_id from log.mt_event_progression where name = '{follower}'), 0)") >= position,
        $"{follower} has come to {position}");
}
