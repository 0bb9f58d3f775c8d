using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms;

namespace Wya.Api.Rooms;

internal static class TakeDownVersionEndpoint
{
    /// <param name="What">Was decided, about what.</param>
    /// <param name="Facts">On which it rests.</param>
    /// <param name="Ground">The law, or the rule of this place.</param>
    /// <param name="Appeal">How the owner can have it looked at again.</param>
    /// <param name="AutomationDetected">A program drew attention to it.</param>
    internal sealed record Body(string What, string Facts, string Ground, string Appeal, bool AutomationDetected = false)
    {
        public TakedownStatement ToStatement() => new(What, Facts, Ground, Appeal, AutomationDetected);
    }

    /// <param name="ActionId">Names the decision in its reversal.</param>
    internal sealed record TakenDown(Guid ActionId);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/rooms/{id}/versions/{version:int}/takedown", Answer)
        .RequireCapability(Capability.Moderate)
        .TakesCommand(keyIsRequired: false)
        .Describe(
            "TakeDownVersion",
            "Take a version of a room down",
            "With its statement, which the owner reads. Nobody is shown the version any more, whatever was signed before; visitors see the one before it, if there is one.")
        .Produces<TakenDown>()
        .ForExample(
            new Body(ExampleRooms.Statement.What, ExampleRooms.Statement.Facts, ExampleRooms.Statement.Ground, ExampleRooms.Statement.Appeal), new TakenDown(ExampleRooms.Entry))
        .Refuses(RoomRefusals.RoomNotFound, RoomRefusals.VersionNotFound, RoomRefusals.StatementIncomplete);

    private static async Task<IResult> Answer(Guid id, int version, Body body, RoomsLog rooms, TimeProvider clock, HttpContext http)
    {
        CancellationToken ct = http.RequestAborted;
        var room = new RoomId(id);
        RoomVersionRow? row = await RoomHistories.Version(rooms.Database, room, version, ct).ConfigureAwait(false);
        int before = row is null ? 0 : await RoomHistories.Before(rooms.Database, room, row, ct).ConfigureAwait(false);
        var command = new TakeDownVersion(version, Guid.CreateVersion7(clock.GetUtcNow()), body.ToStatement());
        return await Command.Run(
            http,
            rooms,
            Room.Stream,
            id,
            state => TakeDownVersion.Decide(state, command, row is not null, before, http.Caller().Id),
            body,
            done => TypedResults.Ok(new TakenDown(done.State.TakenDown[version].ActionId))).ConfigureAwait(false);
    }
}
