using System.Text.Json;
using System.Text.Json.Serialization;
using Wya.Domain.Presence;

namespace Wya.Api.Around;

/// <summary>Where a device says that it is: already reduced to cells, by whoever has read the request.</summary>
[JsonConverter(typeof(PositionReportJson))]
internal sealed record PositionReport(ReportedPlace Place, PositionSource Source);

/// <summary>
/// Reads <c>{"latitude": …, "longitude": …, "source": "gps"}</c>, or <c>{"cell": "u33dc", "source": "manual"}</c> from a client
/// that keeps the rest to itself. The coordinates live in two variables of one method, and end with it. What is malformed is
/// refused without being quoted.
/// </summary>
internal sealed class PositionReportJson : JsonConverter<PositionReport>
{
    /// <summary>For the API's description.</summary>
    public static IReadOnlyList<(string Name, bool IsNumber)> Members { get; } =
        [("latitude", true), ("longitude", true), ("cell", false), ("source", false)];

    public override PositionReport Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        double? latitude = null, longitude = null;
        string? cell = null;
        PositionSource? source = null;
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            throw new JsonException();
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            string name = reader.GetString()!;
            reader.Read();
            switch (name)
            {
                case "latitude" when latitude is null && reader.TokenType == JsonTokenType.Number:
                    latitude = reader.GetDouble();
                    break;
                case "longitude" when longitude is null && reader.TokenType == JsonTokenType.Number:
                    longitude = reader.GetDouble();
                    break;
                case "cell" when cell is null && reader.TokenType == JsonTokenType.String:
                    cell = reader.GetString();
                    break;
                case "source" when source is null && reader.TokenType == JsonTokenType.String:
                    source = reader.GetString() switch
                    {
                        "gps" => PositionSource.Gps,
                        "wifi" => PositionSource.Wifi,
                        "manual" => PositionSource.Manual,
                        "ip" => PositionSource.Ip,
                        _ => throw new JsonException(),
                    };
                    break;
                default:
                    throw new JsonException();
            }
        }

        ReportedPlace? place = (latitude, longitude, cell) switch
        {
            ({ } north, { } east, null) => ReportedPlace.Of(north, east),
            (null, null, { } hash) => ReportedPlace.Of(hash),
            _ => null,
        };
        return place is not null && source is { } known ? new PositionReport(place, known) : throw new JsonException();
    }

    /// <summary>For examples alone: by the cell.</summary>
    public override void Write(Utf8JsonWriter writer, PositionReport value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        writer.WriteString("cell", value.Place.At(Domain.Presence.Events.LocationTier.Immediate).Hash);
        writer.WriteString("source", JsonNamingPolicy.SnakeCaseLower.ConvertName(value.Source.ToString()));
        writer.WriteEndObject();
    }
}
