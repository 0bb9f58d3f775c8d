using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Rooms;

/// <summary>
/// Takes versions of rooms down as moderators decide, and reinstates them when the last decision that keeps one down is
/// reversed. It opens no statement: the owner reads it in their record.
/// </summary>
public sealed class VersionTakedowns(IEventStore rooms)
{
    public const string Name = "RoomsModeration";

    private const string Kind = "take_down";

    private static readonly TakedownStatement InTheRecord = new(
        "A moderator took this version of your room down.",
        "They stand in the statement in your record.",
        "It stands in the statement in your record.",
        "In your record, at the statement.");

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        ContentTakenDown { Content: { Kind: TakenDownKind.RoomVersion, RoomId: { } room, Version: { } version } } taken =>
            (transaction, ct) => TakeDown(taken, room, version, recorded, transaction, ct),
        ContentTakenDown { Content.Kind: TakenDownKind.RoomVersion } => throw new InvalidOperationException("A takedown names its room and version."),
        ActionReversed reversed => (transaction, ct) => Reinstate(reversed.RestrictionId, recorded, transaction, ct),
        _ => null,
    };

    private async Task TakeDown(
        ContentTakenDown taken, Guid room, int version, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        var action = new SafetyAction(taken.ActionId, taken.UserId, Kind, room, $"{version}");
        (bool isPublished, int before) = await Look(transaction, room, version, ct).ConfigureAwait(false);
        await Send(
            room,
            recorded,
            state => TakeDownVersion.Decide(state, new TakeDownVersion(version, taken.ActionId, InTheRecord), isPublished, before, By(recorded)),
            ct).ConfigureAwait(false);
        await SafetyActions.Remember(transaction, action, ct).ConfigureAwait(false);
    }

    private async Task Reinstate(Guid actionId, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        if (await SafetyActions.Forget(transaction, actionId, ct).ConfigureAwait(false) is not { } action)
        {
            return;
        }

        IReadOnlyList<SafetyAction> others = await SafetyActions.Of(transaction, action.UserId, ct).ConfigureAwait(false);
        if (!others.Any(other => (other.Place, other.Part) == (action.Place, action.Part)))
        {
            var reinstate = new ReinstateVersion(int.Parse(action.Part!, System.Globalization.CultureInfo.InvariantCulture));
            await Send(action.Place!.Value, recorded, state => ReinstateVersion.Decide(state, reinstate, By(recorded)), ct).ConfigureAwait(false);
        }
    }

    private async Task Send(Guid room, RecordedEvent recorded, Func<Room, Decision<RoomEvent>> decide, CancellationToken ct)
    {
        Guid command = EventIds.ForCommand("system", "moderation", recorded.Id.ToString("n"));
        if ((await rooms.Answer(Room.Stream, room, command, decide, ct, cause: recorded).ConfigureAwait(false)).Refusal is { } refusal
            && refusal != RoomRefusals.RoomNotFound) // deleted meanwhile: there is nothing to take down
        {
            throw new InvalidOperationException($"A takedown cannot be enforced: {refusal.Code}.");
        }
    }

    private static UserId By(RecordedEvent recorded) =>
        new(Guid.TryParse(recorded.Metadata.Actor, out Guid moderator) ? moderator : Guid.Empty);

    /// <summary>Whether it was published, and the newest version before it that is not taken down; 0 for none.</summary>
    private static async Task<(bool IsPublished, int Before)> Look(NpgsqlTransaction transaction, Guid room, int version, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            """
            select coalesce((
                select b.version from public.room_versions b
                where b.room_id = v.room_id and b.sequence < v.sequence and b.taken_down_at is null order by b.sequence desc limit 1), 0)
            from public.room_versions v where v.room_id = $1 and v.version = $2
            """,
            transaction.Connection,
            transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = room });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = version });
        return await command.ExecuteScalarAsync(ct).ConfigureAwait(false) is int before ? (true, before) : (false, 0);
    }
}
