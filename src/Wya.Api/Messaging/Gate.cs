using Npgsql;
using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

/// <summary>
/// Lets people to conversations. Every request about one passes here; those that wait at the same moment share a round
/// trip, so under load an entry costs a fraction of one. Each is read after its request has come, from committed rows: a
/// block that was acknowledged before holds.
/// </summary>
internal sealed class Gate(MessagingLog messaging, TimeProvider clock) : IAsyncDisposable
{
    /// <summary>Reads under way at a time; what comes meanwhile gathers for the next. More would only make each smaller.</summary>
    private const int ReadsMax = 1;

    private const int WaitingMax = 10_000;

    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(1);

    private readonly NpgsqlDataSource lane = messaging.Database.OpenLane(ReadsMax);
    private readonly Lock gate = new();
    private List<Waiting> waiting = [];
    private int reads;

    /// <summary>What was read for the request.</summary>
    private sealed record Read(EntryQuestion Question, Entry Entry);

    private sealed record Waiting(EntryQuestion Question, TaskCompletionSource<Entry> Answer);

    /// <summary>Before an endpoint that requires a chatter: the problem that is theirs wherever they go, if there is one.</summary>
    /// <param name="conversation">That the address names; what is read of it is kept for the endpoint.</param>
    public async Task<Problem?> Refuse(HttpContext http, Guid? conversation) =>
        (await Enter(http, new EntryQuestion(http.ChatterId().Value, conversation)).ConfigureAwait(false)).Problem;

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
        problem ??= Freshness.Holds(http, messaging, entry.Head) ?? (entry.MayRead ? null : Problem.Of(MessagingRefusals.ConversationNotFound));
        return (entry, problem);
    }

    /// <summary>For who is not a request: the live feed. Nobody is waited for.</summary>
    public Task<Entry> Ask(EntryQuestion question)
    {
        var one = new Waiting(question, new TaskCompletionSource<Entry>(TaskCreationOptions.RunContinuationsAsynchronously));
        lock (gate)
        {
            if (waiting.Count >= WaitingMax)
            {
                throw new EventStore.StoreUnavailableException("Too many wait at the gate.", RetryAfter);
            }

            waiting.Add(one);
            if (reads < ReadsMax)
            {
                reads++;
                _ = Task.Run(ReadAll);
            }
        }

        return one.Answer.Task;
    }

    public ValueTask DisposeAsync() => lane.DisposeAsync();

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

        Entry entry = await Ask(question).WaitAsync(http.RequestAborted).ConfigureAwait(false);
        if (entry.Self is null && await messaging.HasHeard(http.RequestAborted, MessagingDomain.People).ConfigureAwait(false))
        {
            entry = await Ask(question).WaitAsync(http.RequestAborted).ConfigureAwait(false);
        }

        Problem? problem = entry.Self is null ? Problems.NotKnownYet : Barred(entry.Self, clock.GetUtcNow());
        if (problem is null)
        {
            http.Features.Set(new Read(question, entry));
        }

        return (entry, problem);
    }

    private async Task ReadAll()
    {
        while (true)
        {
            List<Waiting> taken;
            lock (gate)
            {
                if (waiting.Count == 0)
                {
                    reads--;
                    return;
                }

                if (waiting.Count <= Entries.TogetherMax)
                {
                    (taken, waiting) = (waiting, []);
                }
                else
                {
                    taken = waiting[..Entries.TogetherMax];
                    waiting.RemoveRange(0, taken.Count);
                }
            }

            try
            {
                Entry[] entries = await Entries.Read(messaging.Database, lane, [.. taken.Select(one => one.Question)]).ConfigureAwait(false);
                for (int i = 0; i < entries.Length; i++)
                {
                    taken[i].Answer.TrySetResult(entries[i]);
                }
            }
            catch (Exception failure)
            {
                taken.ForEach(one => one.Answer.TrySetException(failure));
            }
        }
    }
}
