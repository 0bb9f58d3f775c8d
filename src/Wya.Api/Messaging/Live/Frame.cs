using System.Text.Json;
using Wya.EventStore;

namespace Wya.Api.Messaging.Live;

/// <summary>Something that a connection is told: the same by whatever transport.</summary>
/// <param name="Id">Where to go on from after this: a position of messaging's log. Null for what is of the moment.</param>
/// <param name="Data">JSON, one object, without line breaks.</param>
internal sealed record Frame(long? Id, string Type, byte[] Data)
{
    public static readonly Frame Heartbeat = Of(null, FrameTypes.Heartbeat, new object());

    public static Frame Of(long? id, string type, object data) => new(id, type, JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), EventJson.Options));

    /// <summary>As in the JSON: <c>slow_consumer</c>.</summary>
    public static string ReasonText(GoodbyeReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    public static Frame Goodbye(GoodbyeReason reason) => Of(null, FrameTypes.Goodbye, new Goodbye(reason));
}
