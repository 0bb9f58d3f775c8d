using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Noticing;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Safety.Events;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging;

internal static class StartConversationEndpoint
{
    /// <param name="UserId">The other one, for a direct conversation.</param>
    /// <param name="UserIds">The others, for a group: 1 to 255, each once.</param>
    /// <param name="Title">For a group, if it has one: 1 to 100 characters.</param>
    internal sealed record Body(ConversationKind Kind, UserId? UserId = null, IReadOnlyList<UserId>? UserIds = null, string? Title = null);

    /// <param name="Participants">Whoever created it first.</param>
    /// <param name="IsRequest">The other one is asked first: one message can be sent until they accept.</param>
    internal sealed record StartedConversation(
        ConversationId ConversationId, ConversationKind Kind, UserId CreatedBy, IReadOnlyList<UserId> Participants, bool IsRequest);

    private static readonly Problem Malformed =
        Problems.MalformedRequest("A direct conversation is started with a user_id alone, a group with user_ids and perhaps a title.");

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/conversations", Answer)
        .RequireChatter()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "StartConversation",
            "Start a conversation",
            "With one other person: each pair has one conversation, whoever starts it and however often. Or a group, which needs an Idempotency-Key.")
        .Produces<StartedConversation>(StatusCodes.Status201Created)
        .ForExample(
            new Body(ConversationKind.Direct, ExamplePeople.MaraId),
            new StartedConversation(ExampleTalk.Conversation, ConversationKind.Direct, ExamplePeople.MaraId, [ExamplePeople.MaraId], true))
        .Refuses(
            MessagingRefusals.PersonNotFound, MessagingRefusals.OneselfNotOther, MessagingRefusals.FriendsOnly, MessagingRefusals.Muted,
            MessagingRefusals.GroupInvalid, MessagingRefusals.CapabilityMissing(Capability.ChatPrivate))
        .Refuses(Problems.IdempotencyKeyMissing);

    private static Task<IResult> Answer(Body body, Gate gate, MessagingLogs messaging, Notices notices, TimeProvider clock, HttpContext http) => body switch
    {
        { Kind: ConversationKind.Direct, UserId: { } other, UserIds: null, Title: null } => StartDirect(body, other, gate, messaging, notices, clock, http),
        { Kind: ConversationKind.Group, UserId: null, UserIds: { } others } =>
            StartGroup(body, new CreateGroup(others, body.Title), gate, messaging, clock, http),
        _ => Task.FromResult<IResult>(Malformed),
    };

    private static async Task<IResult> StartDirect(Body body, UserId other, Gate gate, MessagingLogs messaging, Notices notices, TimeProvider clock, HttpContext http)
    {
        Guid id = DirectId(messaging, http.ChatterId(), other);
        (Entry entry, Problem? problem) = await gate.Enter(http, other, id).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        if (entry is { Conversation: null, Other.Other: { } addressed } && addressed.AgeLayer != entry.Self!.AgeLayer)
        {
            notices.Take(entry.Self.Id, SignalKind.CrossLayerAttempt); // it is refused below, like for nobody at all
        }

        DateTimeOffset now = clock.GetUtcNow();
        return await Command.Run(
            http,
            Gate.PlaceOf(http),
            Conversation.Stream,
            id,
            conversation => CreateDirectConversation.Decide(conversation, entry.Self!, entry.Other!, now),
            content: body,
            answer: Started).ConfigureAwait(false);
    }

    private static async Task<IResult> StartGroup(Body body, CreateGroup command, Gate gate, MessagingLogs messaging, TimeProvider clock, HttpContext http)
    {
        if (!http.Request.Headers.TryGetValue(IdempotencyKey.Header, out var key))
        {
            return Problems.IdempotencyKeyMissing; // nothing else tells a repetition from another group of the same people
        }

        (Entry entry, Problem? problem) = await gate.Enter(http).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        // Of too many, or somebody twice, nobody is looked up: it is refused before they are looked at.
        Entry[] others = command.IsWellFormed()
            ? await Task.WhenAll(command.Others.Select(other => gate.Ask(new EntryQuestion(http.ChatterId().Value, null, other.Value))))
                .WaitAsync(http.RequestAborted).ConfigureAwait(false)
            : [];
        // Made from the key, so that a repetition asks the same log whether it was recorded.
        Guid id = messaging.First.Database.KeyedId($"group:{http.ChatterId()}:{key}");
        DateTimeOffset now = clock.GetUtcNow();
        return await Command.Run(
            http,
            await messaging.Find(id, http.RequestAborted).ConfigureAwait(false),
            Conversation.Stream,
            id,
            conversation => CreateGroup.Decide(conversation, command, entry.Self!, [.. others.Select(other => other.Other!)], now),
            content: body,
            answer: Started).ConfigureAwait(false);
    }

    private static IResult Started(Command.Done<Conversation> done) => TypedResults.Created(
        $"/conversations/{done.StreamId}",
        new StartedConversation(
            new ConversationId(done.StreamId),
            done.State.Kind,
            done.State.CreatedBy!.Value,
            [.. done.State.Participants.OrderBy(user => user != done.State.CreatedBy).ThenBy(user => user.Value)],
            done.State.Request != RequestState.None));

    /// <summary>The same for both, and for nobody to guess.</summary>
    private static Guid DirectId(MessagingLogs messaging, UserId one, UserId other)
    {
        string[] pair = [.. new[] { one.Value.ToString("n"), other.Value.ToString("n") }.Order(StringComparer.Ordinal)];
        return messaging.First.Database.KeyedId($"direct:{pair[0]}:{pair[1]}");
    }
}
