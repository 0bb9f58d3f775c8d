using System.Text.Json;
using Wya.Api.Http;

namespace Wya.Api.Messaging.Live;

/// <summary>What a client may say over its WebSocket: that it is alive, and that its person types.</summary>
internal static class UpFrames
{
    private static readonly JsonSerializerOptions Json = RequestJson.Configure(new JsonSerializerOptions());

    private sealed record Up(string Type, Guid? ConversationId = null, bool? IsTyping = null);

    /// <returns>Null typing for a heartbeat.</returns>
    public static (bool IsUnderstood, TypingUp? Typing) Read(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return JsonSerializer.Deserialize<Up>(utf8, Json) switch
            {
                { Type: FrameTypes.Heartbeat, ConversationId: null, IsTyping: null } => (true, null),
                { Type: FrameTypes.Typing, ConversationId: { } conversation, IsTyping: { } isTyping } => (true, new TypingUp(new(conversation), isTyping)),
                _ => (false, null),
            };
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }
}

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
