using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Api.Identity;
using Wya.Domain.Identity;
using Wya.Projections.Identity;

namespace Wya.Api.MyData;

internal static class ShowErasureEndpoint
{
    /// <param name="Status">none or pending.</param>
    /// <param name="RequestedAt">When it was asked for, if it is pending.</param>
    /// <param name="DueAt">Until then it can be cancelled, if it is pending.</param>
    internal sealed record ErasureStatus(string Status, DateTimeOffset? RequestedAt = null, DateTimeOffset? DueAt = null);

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/erasure", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowErasure", "Is my erasure pending?", "After the erasure there is nobody to answer; the receipt is fetched with its ticket.")
        .Produces<ErasureStatus>()
        .ForExample(answer: new ErasureStatus("pending", ExamplePeople.Then, ExamplePeople.Then.AddDays(30)))
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, HttpContext http, CancellationToken ct)
    {
        if (http.Caller().User is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        return await ErasuresTable.Of(identity.Database, http.Caller().Id, ct).ConfigureAwait(false) switch
        {
            null => TypedResults.Ok(new ErasureStatus("none")),
            { ErasedAt: null } pending => TypedResults.Ok(new ErasureStatus("pending", pending.RequestedAt, pending.DueAt)),
            _ => Problem.Of(IdentityRefusals.UserNotFound),
        };
    }
}
