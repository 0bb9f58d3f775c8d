using System.Text.Json;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.Projections.Redis;

namespace Wya.Projections.Presence;

/// <summary>
/// What happens to presences, told over Redis to whoever listens at that moment: every process that has people connected, and
/// Discovery. Nobody stores it; what nobody hears is lost, and the next heartbeat tells how it is.
/// </summary>
public static class PresenceChannel
{
    public const string Name = "presence_events";

    public static Task Publish(RedisServer server, IReadOnlyList<PresenceEvent> events, CancellationToken ct = default) => server.Ask(
        database => Task.WhenAll(events.Select(one => database.PublishAsync(Name, JsonSerializer.Serialize(one, EventJson.Options)))), ct);

    public static void Hear(RedisServer server, Action<PresenceEvent> heard) => server.Hear(Name, message =>
    {
        if (Read(message) is { } one)
        {
            heard(one);
        }
    });

    /// <returns>Null for what another build has said.</returns>
    private static PresenceEvent? Read(string message)
    {
        try
        {
            return JsonSerializer.Deserialize<PresenceEvent>(message, EventJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
