using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;

namespace Wya.Api.Safety;

internal static class AddNoteEndpoint
{
    /// <param name="Text">1 to 2000 characters, for moderators.</param>
    internal sealed record Body(string Text);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/notes", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .Describe("AddNote", "Add a note to a case", "For other moderators; the person concerned never reads it. It decides nothing, so no claim is needed.")
        .Produces(StatusCodes.Status204NoContent)
        .ForExample(new Body("The same three people as last week; look at the earlier reports."))
        .Refuses(SafetyRefusals.WordsInvalid);

    private static Task<IResult> Answer(Body body, CaseCommand command, TimeProvider clock, HttpContext http)
    {
        var note = new AddNote(Guid.CreateVersion7(clock.GetUtcNow()), body.Text);
        return command.Run(http, (state, inSight, _) => AddNote.Decide(state, note, inSight.Person), body);
    }
}
