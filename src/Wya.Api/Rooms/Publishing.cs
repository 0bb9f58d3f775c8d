using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Content;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

/// <summary>A version that visitors see from now on.</summary>
/// <param name="Sha256">Of its bytes; also its tag.</param>
internal sealed record PublishedVersion(RoomId RoomId, int Version, string Sha256, int Bytes, DateTimeOffset PublishedAt)
{
    public static PublishedVersion Example { get; } = new(
        ExampleRooms.Id, 3, "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", 1834, ExamplePeople.Then);
}

/// <summary>What publishing and restoring have in common: contents are checked, stamped, given a number, written, and announced.</summary>
internal sealed class Publishing(RoomsLog rooms, RoomDoor doors, ContentRules rules, TimeProvider clock)
{
    private static readonly JsonSerializerOptions Written = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Publications publications = new(rooms.Database, rooms.Store, rooms.Objects, clock);

    /// <param name="Json">To be checked; null with a problem.</param>
    internal readonly record struct Source(byte[]? Json, Problem? Problem);

    /// <param name="content">What tells this request from another under the same key.</param>
    /// <param name="source">Reads what is to be published; not called again for a publication that was broken off.</param>
    public async Task<IResult> Publish(HttpContext http, RoomId room, string? note, int? restoredFrom, object content, Func<Door, CancellationToken, Task<Source>> source)
    {
        CancellationToken ct = http.RequestAborted;
        (IdempotencyKey? key, Problem? malformed) = IdempotencyKey.Read(http.Request);
        if (malformed is not null || key is null)
        {
            return malformed ?? Problems.IdempotencyKeyMissing;
        }

        CommandMetadata metadata = Command.Metadata(http, key, content);
        if (await rooms.Store.FindEvent(metadata.CommandId, ct).ConfigureAwait(false) is { } earlier)
        {
            // What was given up was recorded by the sweep, which knows no fingerprint.
            return earlier.Metadata.Fingerprint is { } before && before != metadata.Fingerprint
                ? Problems.IdempotencyKeyReused
                : Answer(http, room, Publications.Of(earlier));
        }

        (Door door, Problem? problem) = await doors.EnterAsOwner(http, room).ConfigureAwait(false);
        problem ??= RefuseAuthor(door.Self);
        if (problem is not null)
        {
            return problem;
        }

        Reservation? reservation = await Reservations.Find(rooms.Database, metadata.CommandId, ct).ConfigureAwait(false);
        if (reservation is null)
        {
            (byte[]? json, problem) = await source(door, ct).ConfigureAwait(false);
            if (json is null)
            {
                return problem!;
            }

            (Manuscript? manuscript, problem) = Write(door, json, note, restoredFrom);
            if (manuscript is null)
            {
                return problem!;
            }

            reservation = await Reservations.Take(
                rooms.Database, metadata.CommandId, room, door.Self!.Id, metadata.Fingerprint, manuscript, clock.GetUtcNow(), ct).ConfigureAwait(false);
        }

        if (reservation is null)
        {
            return Problem.Of(RoomRefusals.TooManyPublications);
        }

        return reservation.Fingerprint == metadata.Fingerprint
            ? Answer(http, room, await publications.Finish(reservation, metadata, ct).ConfigureAwait(false))
            : Problems.IdempotencyKeyReused;
    }

    private Problem? RefuseAuthor(Visitor? author)
    {
        DateTimeOffset now = clock.GetUtcNow();
        return author is null ? null
            : author.IsMuted(now) ? Problem.Of(RoomRefusals.Muted)
            : author.MayCreate(now) ? null
            : Problems.CapabilityMissing(Capability.RoomCreate);
    }

    /// <summary>The object's bytes, with what the specification has stamped in it.</summary>
    private (Manuscript? Manuscript, Problem? Problem) Write(Door door, byte[] json, string? note, int? restoredFrom)
    {
        if (!RoomContent.TryCheck(json, rules.For(door.Self!), out CheckedContent? content, out IReadOnlyList<ContentRefusal> refusals))
        {
            return (null, Problem.Of(RoomRefusals.ContentRefused) with { Refusals = refusals });
        }

        JsonObject room = JsonNode.Parse(content!.Json.Span)!.AsObject();
        RoomVisibility visibility = door.Room!.Visibility;
        room["visibility"] = new JsonObject { ["public"] = visibility == RoomVisibility.Public, ["friends_only"] = visibility == RoomVisibility.Friends };
        room["created_at"] = JsonSerializer.SerializeToNode(clock.GetUtcNow().UtcDateTime); // with a Z, as the specification has it
        room["created_by"] = door.Self!.Id.ToString();
        return (
            new Manuscript(
                JsonSerializer.SerializeToUtf8Bytes(room, Written),
                [.. content.GuestModules.Select(module => new RoomGuestModule(
                    module.Id, module.Kind == "poll" ? GuestModuleKind.Poll : GuestModuleKind.Guestbook, module.Choices))],
                note,
                restoredFrom),
            null);
    }

    private IResult Answer(HttpContext http, RoomId room, Publications.Outcome outcome)
    {
        if (outcome.Refusal is { } refusal)
        {
            return Problem.Of(refusal);
        }

        rooms.At(outcome.Position).Write(http.Response);
        RoomVersionPublished published = outcome.Published!;
        return TypedResults.Created(
            $"/rooms/{room}/versions/{published.Version}",
            new PublishedVersion(room, published.Version, published.Sha256, published.Bytes, outcome.At));
    }
}

internal static class PublishingProblems
{
    /// <summary>What everybody may meet who publishes.</summary>
    public static RouteHandlerBuilder RefusesPublishing(this RouteHandlerBuilder endpoint) => endpoint
        .Refuses(
            RoomRefusals.RoomNotFound, RoomRefusals.NotYourRoom, RoomRefusals.ContentRefused, RoomRefusals.NoteInvalid, RoomRefusals.Muted,
            RoomRefusals.PublicationExpired, RoomRefusals.TooManyPublications, RoomRefusals.CapabilityMissing(Capability.RoomCreate))
        .Refuses(Problems.NotKnownYet);
}
