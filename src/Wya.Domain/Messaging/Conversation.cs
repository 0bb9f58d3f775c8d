using System.Collections.Immutable;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;

namespace Wya.Domain.Messaging;

/// <summary>Where a direct conversation that began as a request stands.</summary>
public enum RequestState
{
    /// <summary>There is none: a group, or one between friends, or it was accepted.</summary>
    None,

    /// <summary>Nothing has been sent yet.</summary>
    Open,

    /// <summary>The first message waits for the other's answer.</summary>
    Waiting,

    /// <summary>The other one does not want it, which only they know.</summary>
    Declined,
}

/// <summary>What decisions about a conversation need to know: who is in it, and whether it is open. Nothing about its messages.</summary>
/// <param name="CreatedBy">Null until it is created.</param>
/// <param name="Participants">Who takes part now.</param>
/// <param name="Muted">Who has muted it for themselves.</param>
public sealed record Conversation(
    ConversationKind Kind,
    AgeLayer AgeLayer,
    UserId? CreatedBy,
    ImmutableHashSet<UserId> Participants,
    RequestState Request,
    bool IsArchived,
    ImmutableHashSet<UserId> Muted)
{
    public static Conversation NotCreated { get; } = new(ConversationKind.Direct, AgeLayer.Minor, null, [], RequestState.None, IsArchived: false, []);

    /// <summary>
    /// Messages do not change what may happen next, so a conversation of a million of them is loaded by the few events that
    /// do, and those who write at the same time, in whatever process, do not disturb each other.
    /// </summary>
    public static StreamType<Conversation, ConversationEvent> Stream { get; } = new("conversation", NotCreated, Evolve, passing: "message.");

    public bool IsThere => CreatedBy is not null;

    /// <summary>There, and this person takes part in it.</summary>
    public bool Holds(UserId user) => Participants.Contains(user);

    public static Conversation Evolve(Conversation conversation, ConversationEvent fact) => fact switch
    {
        ConversationCreated created => conversation with
        {
            Kind = created.Kind,
            AgeLayer = created.AgeLayer,
            CreatedBy = created.CreatedBy,
            Participants = [.. created.Participants],
            Request = created.IsRequest ? RequestState.Open : RequestState.None,
        },
        ConversationRequested => conversation with { Request = RequestState.Waiting },
        RequestAccepted => conversation with { Request = RequestState.None },
        RequestDeclined => conversation with { Request = RequestState.Declined },
        ParticipantAdded added => conversation with { Participants = conversation.Participants.Add(added.UserId) },
        ParticipantLeft left => conversation with
        {
            Participants = conversation.Participants.Remove(left.UserId),
            Muted = conversation.Muted.Remove(left.UserId),
        },
        ConversationArchived => conversation with { IsArchived = true },
        ConversationMuted muted => conversation with { Muted = conversation.Muted.Add(muted.UserId) },
        ConversationUnmuted unmuted => conversation with { Muted = conversation.Muted.Remove(unmuted.UserId) },
        MessageEvent or ModerationEvent => conversation,
        _ => throw new InvalidOperationException($"A conversation does not know {fact.GetType().Name}."),
    };
}
