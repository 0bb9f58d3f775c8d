using Wya.Api.Http;
using Wya.EventStore;

namespace Wya.Api.Documentation;

/// <summary>The problems that an endpoint answers beyond those that follow from what it takes and who may call it.</summary>
internal sealed record Refused(IReadOnlyList<Problem> Problems);

internal static class EndpointDescription
{
    public static RouteHandlerBuilder Describe(this RouteHandlerBuilder endpoint, string name, string summary, string description) =>
        endpoint.WithName(name).WithSummary(summary).WithDescription(description);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params IEnumerable<Refusal> refusals) =>
        endpoint.Refuses([.. refusals.Select(Problem.Of)]);

    public static RouteHandlerBuilder Refuses(this RouteHandlerBuilder endpoint, params Problem[] problems) =>
        endpoint.WithMetadata(new Refused(problems));

    public static RouteHandlerBuilder ForExample(this RouteHandlerBuilder endpoint, object? request = null, object? answer = null) =>
        endpoint.WithMetadata(new Examples(request, answer));
}
