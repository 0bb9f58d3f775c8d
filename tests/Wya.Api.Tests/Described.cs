using System.Text.Json.Nodes;
using Wya.Api.Messaging.Live;

namespace Wya.Api.Tests;

/// <summary>Whether a frame is what the AsyncAPI document says: its type is there, nothing required is missing, nothing is unknown.</summary>
internal static class Described
{
    private static readonly JsonObject Messages = AsyncApi.Document()["components"]!["messages"]!.AsObject();

    public static bool Fits(Heard frame)
    {
        JsonObject payload = Messages[$"down.{frame.Type}"]!["payload"]!.AsObject();
        bool needsId = payload["required"]!.AsArray().Any(name => name!.GetValue<string>() == "id");
        return needsId == frame.Id is not null && Fits(JsonNode.Parse(frame.Text)!, payload["properties"]!["data"]!.AsObject());
    }

    private static bool Fits(JsonNode value, JsonObject schema)
    {
        if (value is not JsonObject data || schema["properties"] is not JsonObject properties)
        {
            return true;
        }

        return (schema["required"]?.AsArray() ?? []).All(name => data.ContainsKey(name!.GetValue<string>()))
            && data.All(member => properties[member.Key] is { } inner && (inner is not JsonObject described || member.Value is null || Fits(member.Value, described)));
    }
}
