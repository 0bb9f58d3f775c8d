using System.Text.Json;
using Wya.EventStore;

namespace Wya.Projections.Relay;

/// <summary>An event as it leaves: what identifies it in the clear, what is sensitive in it sealed, and nothing of who caused it.</summary>
/// <param name="Id">The same however often it is published.</param>
/// <param name="Domain">Whose log it is in.</param>
/// <param name="StreamId">The key: all events of a stream are in one partition.</param>
/// <param name="Version">Dense in the stream, from 1: where an event stands, and what a consumer tells a repetition by.</param>
/// <param name="Position">Dense in the domain's log, from 1.</param>
/// <param name="Type">Its stable name, as <c>user.verified</c>.</param>
/// <param name="SchemaVersion">Of the body.</param>
/// <param name="Body">JSON, UTF-8, as the schema of its type has it.</param>
public sealed record PublishedEvent(
    Guid Id, string Domain, Guid StreamId, long Version, long Position, string Type, int SchemaVersion, DateTimeOffset Time, ReadOnlyMemory<byte> Body)
{
    /// <param name="recorded">Read without keys: what is sealed has stayed so.</param>
    /// <param name="type">Of its record.</param>
    public static PublishedEvent Of(RecordedEvent recorded, EventType type, string domain) => new(
        recorded.Id, domain, recorded.StreamId, recorded.Version, recorded.Position, type.Name, type.Version, recorded.Time,
        JsonSerializer.SerializeToUtf8Bytes(recorded.Data, recorded.Data.GetType(), EventJson.Sealed));
}
