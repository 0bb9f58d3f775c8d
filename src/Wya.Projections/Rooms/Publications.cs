using System.Security.Cryptography;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Rooms.Objects;

namespace Wya.Projections.Rooms;

/// <summary>
/// Publishes in three steps, each of which may be broken off and done again:
/// 1. a reservation gives the publication a number that nobody else gets, and keeps its bytes;
/// 2. the object is created under that number, never over another one;
/// 3. the event that announces it is appended, under an id that derives from the command.
/// So a version never lacks its object: the event comes last. What is broken off between 2 and 3 leaves an object that
/// nobody refers to. <see cref="RoomSweep"/> removes it, and keeps the two apart by the event's id: it first records that the
/// version is given up, under the very id that the announcement would have. The log takes an id once. Whoever is second
/// is told so, and there is no moment in which both could be believed.
/// </summary>
public sealed class Publications(LogDatabase rooms, IEventStore store, IObjects objects, TimeProvider clock)
{
    /// <summary>Numbers tried when other bytes stand under the first ones.</summary>
    private const int NumbersMax = 16;

    /// <param name="Published">What was recorded; null when it was refused.</param>
    public sealed record Outcome(RoomVersionPublished? Published, long Position, DateTimeOffset At, Refusal? Refusal = null);

    /// <summary>Steps 2 and 3, from wherever an earlier attempt ended.</summary>
    /// <exception cref="ObjectsAwayException">The store of objects does not answer; the same may be tried again.</exception>
    public async Task<Outcome> Finish(Reservation reservation, CommandMetadata metadata, CancellationToken ct = default)
    {
        for (int number = 1; ; number++)
        {
            if (!await Reservations.Touch(rooms, reservation.CommandId, clock.GetUtcNow(), ct).ConfigureAwait(false))
            {
                return await Concluded(reservation, ct).ConfigureAwait(false);
            }

            Written written = await ObjectWriter.Write(objects, KeyOf(reservation), reservation.Manuscript.Object, clock, ct).ConfigureAwait(false);
            if (written == Written.There)
            {
                break;
            }

            if (number == NumbersMax)
            {
                throw new ObjectsAwayException("Other objects stand under every number that was tried.");
            }

            reservation = await Reservations.Renumber(rooms, reservation, ct).ConfigureAwait(false);
        }

        return await Announce(reservation, metadata, ct).ConfigureAwait(false);
    }

    /// <summary>What was recorded under the publication's id before, whether it was announced or given up.</summary>
    public static Outcome Of(RecordedEvent recorded) => recorded.Data is RoomVersionPublished published
        ? new Outcome(published, recorded.Position, recorded.Time)
        : new Outcome(null, recorded.Position, recorded.Time, RoomRefusals.PublicationExpired);

    private async Task<Outcome> Announce(Reservation reservation, CommandMetadata metadata, CancellationToken ct)
    {
        Manuscript manuscript = reservation.Manuscript;
        var command = new PublishVersion(
            reservation.Version,
            Convert.ToHexStringLower(SHA256.HashData(manuscript.Object)),
            manuscript.Object.Length,
            reservation.AuthorId,
            manuscript.Note,
            manuscript.RestoredFrom,
            manuscript.GuestModules);
        RoomVersionPublished? announced = null;
        Transacted<Room> done = await store.Transact(
            Room.Stream,
            reservation.RoomId.Value,
            room =>
            {
                Decision<RoomEvent> decision = PublishVersion.Decide(room, command);
                announced = decision.Events is [RoomVersionPublished published] ? published : null;
                return decision;
            },
            metadata,
            ct).ConfigureAwait(false);
        if (done.Refusal is { } refusal)
        {
            if (refusal != StoreRefusals.TooBusy)
            {
                await new RoomSweep(rooms, store, objects, clock).GiveUp(reservation.CommandId, ct).ConfigureAwait(false);
            }

            return new Outcome(null, done.Position, done.Time, refusal);
        }

        if (done.Earlier is { Data: RoomVersionAbandoned })
        {
            // It was swept while we wrote: nothing will ever refer to what we have written since.
            await objects.Delete(KeyOf(reservation), ct).ConfigureAwait(false);
            return Of(done.Earlier);
        }

        await Reservations.Close(rooms, reservation.CommandId, ct).ConfigureAwait(false);
        return done.Earlier is { } earlier ? Of(earlier) : new Outcome(announced, done.Position, done.Time);
    }

    /// <summary>Its reservation is closed: the log says what became of it.</summary>
    private async Task<Outcome> Concluded(Reservation reservation, CancellationToken ct) =>
        await store.FindEvent(reservation.CommandId, ct).ConfigureAwait(false) is { } recorded
            ? Of(recorded)
            : new Outcome(null, 0, default, RoomRefusals.PublicationExpired);

    private static string KeyOf(Reservation reservation) => RoomObject.Key(reservation.RoomId, reservation.Version);
}
