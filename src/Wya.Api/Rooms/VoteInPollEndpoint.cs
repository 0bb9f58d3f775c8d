using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class VoteInPollEndpoint
{
    /// <param name="Choice">Of 0 and up, in the order of the poll.</param>
    internal sealed record Body(int Choice);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPut("/rooms/{id}/polls/{moduleId}/vote", Answer)
        .RequireSignIn()
        .RequireRateLimiting(RateLimits.Message)
        .TakesCommand(keyIsRequired: false)
        .Describe("VoteInPoll", "Vote in a poll", "One vote a guest: the newest counts. Nobody is told who voted for what.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body(1))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.Muted, RoomRefusals.ModuleNotFound, RoomRefusals.ChoiceInvalid)
        .Refuses(Problems.NotKnownYet);

    private static async Task<IResult> Answer(Guid id, string moduleId, Body body, RoomCommand command, RoomsLog rooms, TimeProvider clock, HttpContext http)
    {
        (_, int? before) = await RoomHistories.Votes(rooms.Database, http.Caller().Id, new RoomId(id), moduleId, http.RequestAborted).ConfigureAwait(false);
        DateTimeOffset now = clock.GetUtcNow();
        return await command.Run(
            http, id, (room, door) => VoteInPoll.Decide(room, new VoteInPoll(moduleId, body.Choice), door.Doorway, door.GuestModules, before, now), body).ConfigureAwait(false);
    }
}
