using System.Text.Json;
using Wya.Domain.Graph;
using Wya.Domain.Identity;
using Wya.Domain.Messaging;
using Wya.Domain.Rooms;
using Wya.EventStore;

namespace Wya.Projections;

/// <summary>A kind of stream whose state can be shown: how its events fold.</summary>
/// <param name="StreamType">As stored with the stream.</param>
public sealed record StreamFold(string StreamType, object Initial, Func<object, object, object> Evolve)
{
    /// <summary>Every kind of stream of this build.</summary>
    public static IReadOnlyList<StreamFold> All { get; } = [Of(User.Stream), Of(Edge.Stream), Of(Room.Stream), Of(Conversation.Stream)];

    public static StreamFold Of<TState, TEvent>(StreamType<TState, TEvent> type)
        where TState : class
        where TEvent : class =>
        new(type.Name, type.Initial, (state, fact) => type.Evolve((TState)state, (TEvent)fact));

    /// <summary>As the state is written: sensitive values sealed.</summary>
    public static JsonElement Json(object state) => JsonSerializer.SerializeToElement(state, state.GetType(), EventJson.Options);
}
