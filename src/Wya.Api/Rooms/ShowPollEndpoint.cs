using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class ShowPollEndpoint
{
    /// <param name="Votes">For each choice, in the order of the poll.</param>
    /// <param name="Own">What the caller chose; left out when nothing.</param>
    internal sealed record Poll(IReadOnlyList<long> Votes, int? Own = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/rooms/{id}/polls/{moduleId}", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Lookup)
        .AnswersFromHeadSeen()
        .Describe("ShowPoll", "Show how a poll stands", "How often each choice was made, and one's own.")
        .Produces<Poll>()
        .ForExample(answer: new Poll([4, 7], 1))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.ModuleNotFound)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, string moduleId, RoomDoor doors, RoomsLog rooms, HttpContext http)
    {
        (Door door, Problem? problem) = await doors.EnterToLook(http, new RoomId(id)).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        if (door.GuestModules.FirstOrDefault(module => module.ModuleId == moduleId && module.Kind == GuestModuleKind.Poll) is not { } poll)
        {
            return Problem.Of(RoomRefusals.ModuleNotFound);
        }

        (IReadOnlyDictionary<int, long> votes, int? own) = await RoomHistories.Votes(
            rooms.Database, http.Caller().Id, new RoomId(id), moduleId, http.RequestAborted).ConfigureAwait(false);
        return TypedResults.Ok(new Poll([.. Enumerable.Range(0, poll.Choices).Select(choice => votes.GetValueOrDefault(choice))], own));
    }
}
