using Wya.Api.Access;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.Safety;

/// <summary>
/// Whoever reads what safety holds on others says why, in the header <c>Wya-Purpose</c>, and that they read it is recorded
/// before anything is answered. What turns a reader away, such as a conflict of interest, is declared before it: then what is
/// recorded are reads that were allowed. A read that cannot be recorded is not answered.
/// </summary>
internal static class RecordedView
{
    public const string Header = "Wya-Purpose";

    /// <summary>For the API's description, and for the test that no read goes unrecorded.</summary>
    public sealed record IsRecorded(ViewKind What);

    /// <param name="what">What of it; the case is the <c>{id}</c> of the address, where there is one.</param>
    public static RouteHandlerBuilder RecordsView(this RouteHandlerBuilder endpoint, ViewKind what) => endpoint
        .WithMetadata(new IsRecorded(what))
        .Refuses(Problems.PurposeMissing, Problems.ViewNotRecorded)
        .AddEndpointFilter(async (context, next) =>
            await Record(context.HttpContext, what).ConfigureAwait(false) ?? await next(context).ConfigureAwait(false));

    private static async Task<IResult?> Record(HttpContext http, ViewKind what)
    {
        if (PurposeOf(http.Request) is not { } purpose)
        {
            return Problems.PurposeMissing;
        }

        SafetyLog safety = http.RequestServices.GetRequiredService<SafetyLog>();
        Caller caller = http.Caller();
        try
        {
            await safety.Store.Append(
                new Append(
                    Command.Metadata(http, key: null, content: null),
                    new StreamAppend(
                        SafetyAccess.StreamOf(caller.Id),
                        SafetyAccess.Stream.Name,
                        ExpectedVersion.Any,
                        [new RecordViewed(what, purpose, AccessControl.IdInAddress(http))])),
                http.RequestAborted).ConfigureAwait(false);
            return null;
        }
        catch (Exception unrecorded) when (unrecorded is StoreUnavailableException or OutcomeUnknownException || Faults.IsTransient(unrecorded))
        {
            return Problems.ViewNotRecorded;
        }
    }

    /// <summary>One of the words of the API's own convention, and nothing that merely parses as one.</summary>
    private static ViewPurpose? PurposeOf(HttpRequest request) => request.Headers[Header] is [{ } word] ? word switch
    {
        "triage" => ViewPurpose.Triage,
        "investigation" => ViewPurpose.Investigation,
        "decision" => ViewPurpose.Decision,
        "appeal" => ViewPurpose.Appeal,
        "quality_review" => ViewPurpose.QualityReview,
        "legal" => ViewPurpose.Legal,
        _ => null,
    }
    : null;
}
