using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.Projections.Safety;

namespace Wya.Api.Safety;

internal static class ShowMyOverlaysEndpoint
{
    /// <param name="Items">Those that are not dismissed, oldest first; at most one a kind.</param>
    internal sealed record Overlays(IReadOnlyList<Overlay> Items);

    /// <param name="Text">Plain text, two or three sentences.</param>
    internal sealed record Overlay(Guid InterventionId, InterventionKind Kind, string Title, string Text, DateTimeOffset ShownAt)
    {
        public static Overlay Of(OverlayRow row)
        {
            KindWord word = KindWords.Of(EnumText.Read<InterventionKind>(row.Kind));
            return new Overlay(row.InterventionId, word.Kind, word.Title, word.Text, row.ShownAt);
        }
    }

    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/me/overlays", Answer)
        .RequireSignIn()
        .OpenToSuspended()
        .AnswersFromInline<SafetyLog>()
        .Describe(
            "ShowMyOverlays",
            "Show the kind words that are open",
            "What a client lays over what it shows, until the person has dismissed it. Nobody else sees it, and it restricts nothing.")
        .Produces<Overlays>()
        .ForExample(answer: new Overlays([Overlay.Of(new OverlayRow(ExampleReports.Id, ExamplePeople.MaraId.Value, "slow_down", ExamplePeople.Then))]));

    private static async Task<IResult> Answer(SafetyLog safety, HttpContext http, CancellationToken ct) =>
        TypedResults.Ok(new Overlays([.. (await OverlaysTable.Open(safety.Database, http.Caller().Id, ct).ConfigureAwait(false)).Select(Overlay.Of)]));
}
