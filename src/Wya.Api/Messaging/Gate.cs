using Microsoft.AspNetCore.Http.Features;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Projections;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>
/// Lets people to conversations. Every request about one passes here; those that wait at the same moment share a round
/// trip, so under load an entry costs a fraction of one. Each is read after its request has come, from committed rows: a
/// block that was acknowledged before holds.
/// </summary>
internal sealed class Gate(MessagingLogs messaging, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly GateLane[] lanes = [.. messaging.Databases.Select(database => new GateLane(database))];

    /// <summary>What was read for the request.</summary>
    private sealed record Read(EntryQuestion Question, Entry Entry);

    /// <summary>What an entry says, and the log that says it.</summary>
    private sealed record Found(Entry Entry, MessagingLog Log);

    /// <summary>Before an endpoint that requires a chatter: the problem that is theirs wherever they go, if there is one.</summary>
    /// <param name="conversation">That the address names; what is read of it is kept for the endpoint.</param>
    public async Task<Problem?> Refuse(HttpContext http, Guid? conversation) =>
        (await Enter(http, new EntryQuestion(http.ChatterId().Value, conversation)).ConfigureAwait(false)).Problem;

    /// <summary>The same once more, for the log that holds the conversation now.</summary>
    public Task<Problem?> EnterAgain(HttpContext http, Guid? conversation)
    {
        http.Features.Set<Read>(null);
        return Refuse(http, conversation);
    }

    /// <summary>The log that holds the conversation before which the caller has entered.</summary>
    public static MessagingLog PlaceOf(HttpContext http) => http.Features.GetRequiredFeature<ConversationPlace>().Log;

    /// <summary>The caller before a conversation, which may not exist for them; or the problem that is theirs wherever they go.</summary>
    public Task<(Entry Entry, Problem? Problem)> Enter(HttpContext http, Guid conversation) =>
        Enter(http, new EntryQuestion(http.ChatterId().Value, conversation));

    /// <summary>The caller before a person with whom they may have no conversation.</summary>
    public Task<(Entry Entry, Problem? Problem)> Enter(HttpContext http, UserId other, Guid conversation) =>
        Enter(http, new EntryQuestion(http.ChatterId().Value, conversation, other.Value));

    /// <summary>The caller alone.</summary>
    public Task<(Entry Entry, Problem? Problem)> Enter(HttpContext http) => Enter(http, new EntryQuestion(http.ChatterId().Value, null));

    /// <summary>The caller before a conversation that they want to read, with how fresh the answer will be: it asks no more than that.</summary>
    public async Task<(Entry Entry, Problem? Problem)> EnterToRead(HttpContext http, Guid conversation)
    {
        (Entry entry, Problem? problem) = await Enter(http, conversation).ConfigureAwait(false);
        problem ??= Freshness.Holds(http, PlaceOf(http), entry.Head) ?? (entry.MayRead ? null : Problem.Of(MessagingRefusals.ConversationNotFound));
        return (entry, problem);
    }

    /// <summary>For who is not a request: the live feed. Nobody is waited for.</summary>
    public async Task<Entry> Ask(EntryQuestion question) => (await Find(question).ConfigureAwait(false)).Entry;

    public async ValueTask DisposeAsync()
    {
        foreach (GateLane lane in lanes)
        {
            await lane.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What keeps a person out of everything, if anything does.</summary>
    public static Problem? Barred(Chatter? self, DateTimeOffset now) => self switch
    {
        null or { IsErased: true } => Problems.Unauthenticated,
        { IsBanned: true } => Problems.AccountBanned,
        _ when self.IsSuspended(now) => Problems.AccountSuspended(self.SuspendedUntil),
        { ErasureDueAt: not null } => Problems.AccountResting,
        _ => null,
    };

    private async Task<(Entry Entry, Problem? Problem)> Enter(HttpContext http, EntryQuestion question)
    {
        if (http.Features.Get<Read>() is { } read && read.Question == question)
        {
            return (read.Entry, null);
        }

        (Entry entry, MessagingLog log) = await Find(question).WaitAsync(http.RequestAborted).ConfigureAwait(false);
        if (entry.Self is null && await log.HasHeard(http.RequestAborted, Partitions.In(log.Definition.Partition, MessagingDomain.People)).ConfigureAwait(false))
        {
            (entry, log) = await Find(question).WaitAsync(http.RequestAborted).ConfigureAwait(false);
        }

        Problem? problem = entry.Self is null ? Problems.NotKnownYet : Barred(entry.Self, clock.GetUtcNow());
        if (problem is null)
        {
            http.Features.Set(new Read(question, entry));
            http.Features.Set(new ConversationPlace(log));
        }

        return (entry, problem);
    }

    private async Task<Found> Find(EntryQuestion question)
    {
        if (lanes is [var only])
        {
            Entry entry = await only.Ask(question).ConfigureAwait(false);
            return entry.IsElsewhere ? throw new EventStore.StoreUnavailableException("Another log holds it.", RetryAfter) : new Found(entry, messaging.First);
        }

        return question.Conversation is not { } conversation
            ? new Found(await lanes[0].Ask(question).ConfigureAwait(false), messaging.First)
            : await messaging.At(
                conversation,
                async log => await lanes[log.Definition.Partition].Ask(question).ConfigureAwait(false) is { IsElsewhere: false } entry ? new Found(entry, log) : null,
                CancellationToken.None).ConfigureAwait(false);
    }
}
