using System.Text.Json;
using Wya.Api.Around;
using Wya.Api.Http;
using Wya.Domain.Presence.Events;

namespace Wya.Api.Messaging.Live;

/// <summary>What a client may say over its WebSocket: that it is alive, that its person types, and that they are there.</summary>
internal static class UpFrames
{
    private static readonly JsonSerializerOptions Json = RequestJson.Configure(new JsonSerializerOptions());

    private sealed record Up(
        string Type, Guid? ConversationId = null, bool? IsTyping = null, PresenceStatus? Status = null, Activity? Activity = null, Guid? RoomId = null,
        PositionReport? Position = null, bool? LocationIsOn = null);

    /// <returns>Nothing said for a heartbeat.</returns>
    public static (bool IsUnderstood, UpSaid? Said) Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            Up? up = JsonSerializer.Deserialize<Up>(utf8, Json);
            return up switch
            {
                null => (false, null),
                { Type: PresenceUp.Name, ConversationId: null, IsTyping: null } =>
                    (true, new UpSaid(Presence: new PresenceUp(up.Status, up.Activity, up.RoomId, up.Position, up.LocationIsOn))),
                { Status: not null } or { Activity: not null } or { RoomId: not null } or { Position: not null } or { LocationIsOn: not null } => (false, null),
                { Type: FrameTypes.Heartbeat, ConversationId: null, IsTyping: null } => (true, null),
                { Type: FrameTypes.Typing, ConversationId: { } conversation, IsTyping: { } isTyping } =>
                    (true, new UpSaid(Typing: new TypingUp(new(conversation), isTyping))),
                _ => (false, null),
            };
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }
}

/// <summary>What a frame has said: one of these.</summary>
internal sealed record UpSaid(TypingUp? Typing = null, PresenceUp? Presence = null);

/// <summary>So many a minute, and as many at once; refilled steadily.</summary>
internal sealed class UpBudget(int perMinute, TimeProvider clock)
{
    private double left = perMinute;
    private long at = clock.GetTimestamp();

    public bool Take()
    {
        left = Math.Min(perMinute, left + (clock.GetElapsedTime(at).TotalMinutes * perMinute));
        at = clock.GetTimestamp();
        if (left < 1)
        {
            return false;
        }

        left--;
        return true;
    }
}
