using System.Text.Json;
using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Identity;

namespace Wya.Api.Identity;

/// <summary>A person as they see themselves.</summary>
/// <param name="BirthDate">Left out for people who registered before it was kept.</param>
/// <param name="ContactAddress">Left out when there is none.</param>
internal sealed record MyAnswer(
    UserId Id,
    string Handle,
    AgeLayer? AgeLayer,
    string? Status,
    DateTimeOffset? SuspendedUntil,
    DateTimeOffset? VerifiedAt,
    DateTimeOffset? CreatedAt,
    DateOnly? BirthDate,
    string? ContactAddress)
{
    public MyAnswer(UserAnswer seen, DateOnly? birthDate, string? contactAddress)
        : this(seen.Id, seen.Handle, seen.AgeLayer, seen.Status, seen.SuspendedUntil, seen.VerifiedAt, seen.CreatedAt, birthDate, contactAddress)
    {
    }
}

internal static class ShowMeEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<IdentityLog>()
        .Describe("ShowMe", "Show my account", "What is known about the caller; the birth date and the contact address are told to nobody else.")
        .Produces<MyAnswer>()
        .ForExample(answer: new MyAnswer(ExamplePeople.Mara, new DateOnly(1998, 4, 17), "mara@example.org"))
        .Produces(StatusCodes.Status304NotModified)
        .Refuses(IdentityRefusals.UserNotFound);

    private static async Task<IResult> Answer(IdentityLog identity, TimeProvider clock, HttpContext http, CancellationToken ct)
    {
        // Read again: the caller was looked up before the position was, and the answer must hold all that the position says.
        UserView? user = await UsersTable.ById(identity.Database, http.Caller().Id, ct).ConfigureAwait(false);
        if (user is null)
        {
            return Problem.Of(IdentityRefusals.UserNotFound);
        }

        PersonalDetailsRow? details = await PersonalDetailsTable.Of(identity.Database, user.Id, ct).ConfigureAwait(false);
        return new TaggedAnswer<MyAnswer>(new MyAnswer(
            UserAnswer.Whole(user, clock.GetUtcNow()),
            await Opened<DateOnly?>(identity.Database, user.Id, details?.BirthDate, ct).ConfigureAwait(false),
            await Opened<string?>(identity.Database, user.Id, details?.ContactAddress, ct).ConfigureAwait(false)));
    }

    private static async Task<T?> Opened<T>(LogDatabase identity, UserId user, string? kept, CancellationToken ct) =>
        SealedToken.TryParse(kept, out SealedToken? token) && await identity.Seals.Open(token, user.Value, ct).ConfigureAwait(false) is { } json
            ? JsonSerializer.Deserialize<T>(json, EventJson.Options)
            : default;
}
