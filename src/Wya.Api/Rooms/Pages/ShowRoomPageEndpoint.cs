using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;

namespace Wya.Api.Rooms.Pages;

internal static class ShowRoomPageEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/r/{handle}", Answer)
        .AllowAnyone()
        .RequireRateLimiting(RateLimits.Lookup)
        .WithTags("Rooms")
        .Describe(
            "ShowRoomPage",
            "Look at a person's room in a browser",
            "The published room as anybody sees it who is not signed in: public rooms of adults. Everything else is answered with the same page and 404.")
        .Produces<string>(StatusCodes.Status200OK, "text/html");

    private static async Task<IResult> Answer(string handle, IRoomPages rooms, RoomPage page, HttpResponse response, CancellationToken ct)
    {
        RoomToShow? room = await rooms.Find(handle, ct).ConfigureAwait(false);
        RenderedPage rendered = room is null ? page.NotFound() : page.Show(room);
        response.Headers.ContentSecurityPolicy = rendered.ContentSecurityPolicy;
        response.Headers["Cross-Origin-Opener-Policy"] = "same-origin";
        return TypedResults.Content(
            rendered.Html, "text/html; charset=utf-8", statusCode: room is null ? StatusCodes.Status404NotFound : StatusCodes.Status200OK);
    }
}
