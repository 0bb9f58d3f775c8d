using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Api.Safety;

internal static class ProposeHoldEndpoint
{
    /// <param name="Class">court_order, criminal_investigation, child_protection or own_defence.</param>
    /// <param name="Until">It ends by itself then; a year from now at most.</param>
    /// <param name="Ground">1 to 2000 characters, for moderators; it is kept sealed.</param>
    internal sealed record Body(HoldClass Class, DateTimeOffset Until, string Ground);

    internal sealed record Proposed(Guid HoldId);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost("/moderation/cases/{id}/holds", Answer)
        .RequireCapability(Capability.Moderate)
        .EntersCase()
        .TakesCommand(keyIsRequired: true)
        .Describe(
            "ProposeHold",
            "Propose a legal hold",
            "What safety holds of the person then outlives their erasure, until the hold ends. It keeps nothing until another moderator has agreed.")
        .Produces<Proposed>(StatusCodes.Status201Created)
        .ForExample(new Body(HoldClass.CourtOrder, ExamplePeople.Then.AddDays(90), "Order 12 of the district court."), new Proposed(Guid.Empty))
        .Refuses(SafetyRefusals.WordsInvalid, HoldRefusals.EndInvalid, HoldRefusals.TooMany);

    private static Task<IResult> Answer(Guid id, Body body, CaseCommand command, HttpContext http)
    {
        // Of the request, so that a repetition is answered with the same hold.
        (IdempotencyKey? key, _) = IdempotencyKey.Read(http.Request);
        Guid hold = Command.Metadata(http, key, body).CommandId;
        return command.Run(
            http,
            (state, inSight, now) => ProposeHold.Decide(state, new ProposeHold(hold, body.Class, body.Until, body.Ground), inSight.Person, inSight.Moderator, now),
            body,
            _ => TypedResults.Created($"/moderation/cases/{id}/holds", new Proposed(hold)));
    }
}
