using System.Text.Json;
using Wya.Api.Documentation;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Analysis;

/// <summary>An event as an analyst sees it.</summary>
/// <param name="Position">In its log.</param>
/// <param name="Version">In its stream.</param>
/// <param name="Type">Its name, with the version under which it was written.</param>
/// <param name="Actor">A person's id, or system.</param>
/// <param name="CorrelationId">The request that it belongs to.</param>
/// <param name="CausationId">The event that it answers, or the span of the request itself.</param>
/// <param name="Data">With "(sealed)" or "(erased)" in the place of what is sensitive; left out when this build cannot read it.</param>
public sealed record EventAnswer(
    string Domain,
    long Position,
    Guid Id,
    Guid StreamId,
    long Version,
    string Type,
    DateTimeOffset Time,
    string? Actor,
    string? CorrelationId,
    string? CausationId,
    JsonElement? Data)
{
    internal static EventAnswer Example => new(
        "identity", 4_711, new Guid("0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e"), ExamplePeople.MaraId.Value, 2, "user.verified", ExamplePeople.Then,
        ExamplePeople.MaraId.ToString(), "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7", JsonSerializer.SerializeToElement(new { }));

    internal static EventAnswer Of(AnalystLog log, BrowsedEvent found) => new(
        log.Name,
        found.Position,
        found.Id,
        found.StreamId,
        found.Version,
        found.Type,
        found.Time,
        found.Recorded?.Metadata.Actor,
        found.Recorded?.Metadata.CorrelationId,
        found.Recorded?.Metadata.CausationId,
        found.Recorded is { } recorded ? Mask(recorded.Data) : null);

    internal static EventAnswer Of(AnalystLog log, RecordedEvent recorded) => Of(
        log, new BrowsedEvent(recorded.Position, recorded.Id, recorded.StreamId, recorded.Version, log.Database.Types.For(recorded.Data).StoredName(recorded.SchemaVersion), recorded.Time, recorded));

    /// <summary>A payload or a state, with nothing of what is sensitive in it.</summary>
    internal static JsonElement Mask(object data) => JsonSerializer.SerializeToElement(data, data.GetType(), EventJson.Masked);
}

/// <summary>An event of a request, in its place among what caused what.</summary>
/// <param name="Depth">0 for what the request recorded itself.</param>
/// <param name="By">The id of the event that it answers; left out for the request's own.</param>
public sealed record CausedEvent(int Depth, Guid? By, EventAnswer Event);
