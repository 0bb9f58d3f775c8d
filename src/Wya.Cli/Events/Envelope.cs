using System.Text.Json;
using System.Text.RegularExpressions;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>An event as this tool shows it to programs; nulls are left out.</summary>
internal sealed partial record Envelope(
    long Position,
    Guid Id,
    Guid StreamId,
    long Version,
    string Type,
    int SchemaVersion,
    DateTimeOffset Time,
    string Actor,
    string? CorrelationId,
    string? CausationId,
    object Data)
{
    /// <param name="recorded">Its data is that of the current schema; <see cref="SchemaVersion"/> is the one it was written under.</param>
    public static Envelope Of(RecordedEvent recorded) => new(
        recorded.Position,
        recorded.Id,
        recorded.StreamId,
        recorded.Version,
        recorded.Type,
        recorded.SchemaVersion,
        recorded.Time,
        recorded.Metadata.Actor,
        recorded.Metadata.CorrelationId,
        recorded.Metadata.CausationId,
        recorded.Data);

    /// <summary>For people: what is sealed is only said to be.</summary>
    public string DataText() => SealedText().Replace(JsonSerializer.Serialize(Data, Data.GetType(), EventJson.Options), "\"(sealed)\"");

    [GeneratedRegex("\"sealed1:[^\"]*\"")]
    private static partial Regex SealedText();
}
