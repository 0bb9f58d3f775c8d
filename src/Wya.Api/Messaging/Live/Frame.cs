using System.Text.Json;
using Wya.EventStore;

namespace Wya.Api.Messaging.Live;

/// <summary>Something that a connection is told: the same by whatever transport.</summary>
/// <param name="Id">A position of messaging's log. Null for what is of the moment.</param>
/// <param name="Data">JSON, one object, without line breaks.</param>
/// <param name="Partition">Which of messaging's logs that is in.</param>
internal sealed record Frame(long? Id, string Type, byte[] Data, int Partition = 0)
{
    public static readonly Frame Heartbeat = Of(null, FrameTypes.Heartbeat, new object());

    public static Frame Of(long? id, string type, object data, int partition = 0) =>
        new(id, type, JsonSerializer.SerializeToUtf8Bytes(data, data.GetType(), EventJson.Options), partition);

    /// <summary>As in the JSON: <c>slow_consumer</c>.</summary>
    public static string ReasonText(GoodbyeReason reason) => JsonNamingPolicy.SnakeCaseLower.ConvertName(reason.ToString());

    public static Frame Goodbye(GoodbyeReason reason) => Of(null, FrameTypes.Goodbye, new Goodbye(reason));
}
