using Wya.Domain.Rooms.Events;
using Wya.EventStore;

namespace Wya.Domain.Rooms;

/// <summary>One vote a guest and poll: the newest counts.</summary>
/// <param name="Choice">Of 0 and up.</param>
public sealed record VoteInPoll(string ModuleId, int Choice)
{
    /// <param name="shown">The guestbooks and polls of the version that is shown.</param>
    /// <param name="before">What they voted before; null for nothing.</param>
    public static Decision<RoomEvent> Decide(
        Room room, VoteInPoll command, Doorway doorway, IReadOnlyList<RoomGuestModule> shown, int? before, DateTimeOffset now)
    {
        if (Guests.Refuse(room, doorway, now) is { } refused)
        {
            return refused;
        }

        if (shown.FirstOrDefault(module => module.ModuleId == command.ModuleId && module.Kind == GuestModuleKind.Poll) is not { } poll)
        {
            return RoomRefusals.ModuleNotFound;
        }

        if (command.Choice < 0 || command.Choice >= poll.Choices)
        {
            return RoomRefusals.ChoiceInvalid;
        }

        return before == command.Choice ? Decision<RoomEvent>.Nothing : new PollVoted(doorway.Self.Id, command.ModuleId, command.Choice);
    }
}
