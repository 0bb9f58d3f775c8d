namespace Wya.Api.Http;

/// <summary>The problems of HTTP itself; a domain's own come as refusals. Each is explained in docs/reference/problems.md.</summary>
internal static class Problems
{
    public static readonly Problem IdempotencyKeyMissing =
        new("idempotency-key-missing", 400, "This request needs an Idempotency-Key header: a new random value for each intention.");

    public static readonly Problem IdempotencyKeyMalformed =
        new("idempotency-key-malformed", 400, "An Idempotency-Key is one value of 1 to 200 visible ASCII characters.");

    public static readonly Problem IdempotencyKeyReused =
        new("idempotency-key-reused", 422, "This Idempotency-Key was used for another request; take a new one.");

    public static readonly Problem PurposeMissing = new(
        "purpose-missing", 400, "Say in Wya-Purpose why you look: triage, investigation, decision, appeal, quality_review or legal.");

    public static readonly Problem PositionMalformed =
        new("position-malformed", 400, "A Wya-Position is a domain and a number, such as identity:42.");

    public static readonly Problem PositionInTheFuture =
        new("position-in-the-future", 400, "That position has not been reached; send back one that an answer carried.");

    public static readonly Problem CursorMalformed =
        new("cursor-malformed", 400, "Send a cursor back as it was given, and a limit from 1 to 100.");

    public static readonly Problem PageMalformed =
        new("page-malformed", 400, "Send at most one of before, after and around, a sequence each, and a limit from 1 to 100.");

    public static readonly Problem SearchWordsInvalid =
        new("search-words-invalid", 422, "Search for 1 to 5 words of 2 to 40 letters and digits.");

    public static readonly Problem SearchTooWide =
        new("search-too-wide", 422, "More people have written in your conversations than one search looks through; name a conversation.");

    public static readonly Problem Unauthenticated =
        new("unauthenticated", 401, "This request needs a valid bearer token.");

    public static readonly Problem SignInFailed =
        new("sign-in-failed", 401, "There is no account with this handle and this password.");

    public static readonly Problem RefreshTokenInvalid =
        new("refresh-token-invalid", 401, "This refresh token is unknown, expired, or was used before; sign in again.");

    public static readonly Problem AccountBanned =
        new("account-banned", 403, "This account is banned. Its history says why.");

    public static readonly Problem AccountResting =
        new("account-resting", 403, "You have asked for this account to be erased; it rests until then. Take the request back to go on.");

    public static readonly Problem NotKnownYet =
        new("not-known-yet", 503, "You are too new here to be known everywhere; try again in a moment.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Problem CurrentPasswordWrong =
        new("current-password-wrong", 403, "There is a password, and it is not what was given as the current one.");

    public static readonly Problem PasswordInvalid =
        new("password-invalid", 422, "A password has 12 to 200 characters.");

    public static readonly Problem SessionLabelInvalid =
        new("session-label-invalid", 422, "A session's label has 1 to 100 characters, and no control characters.");

    public static readonly Problem RouteNotFound =
        new("route-not-found", 404, "There is nothing at this address.");

    public static readonly Problem ProblemUnknown =
        new("problem-unknown", 404, "There is no problem of this name.");

    public static readonly Problem SchemaUnknown =
        new("schema-unknown", 404, "There is no event type of this name and version.");

    public static readonly Problem CapabilityNotFound =
        new("capability-not-found", 404, "There is no capability of this name.");

    public static readonly Problem CheckpointUnknown =
        new("checkpoint-unknown", 404, "No checkpoint was signed at this size; those that were are listed.");

    public static readonly Problem ReceiptUnknown =
        new("receipt-unknown", 404, "There is no receipt for this ticket.");

    public static readonly Problem MethodNotAllowed =
        new("method-not-allowed", 405, "This address does not take this method.");

    public static readonly Problem DraftConditionMissing =
        new("draft-condition-missing", 428, "Say which draft you have seen: If-Match with its tag, or If-None-Match: * where there was none.");

    public static readonly Problem DraftChanged =
        new("draft-changed", 412, "The draft is not the one that you have seen; load it again.");

    public static readonly Problem RequestTimeout =
        new("request-timeout", 408, "The request arrived too slowly.");

    public static readonly Problem BodyTooLarge =
        new("body-too-large", 413, "The body is larger than this address takes.");

    public static readonly Problem ContentTypeUnsupported =
        new("content-type-unsupported", 415, "The body must be application/json.");

    public static readonly Problem InternalError =
        new("internal-error", 500, "Something went wrong on our side; an operator can find it by the trace id.");

    public static readonly Problem OutcomeUnknown =
        new("outcome-unknown", 503, "It is not known whether this was recorded; send the same request with the same Idempotency-Key again.")
        {
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    public static readonly Problem ViewNotRecorded =
        new("view-not-recorded", 503, "That you looked could not be recorded, so nothing is shown; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Problem NotSignedYet =
        new("not-signed-yet", 503, "Nothing of the audit log is signed yet; ask again.") { RetryAfter = TimeSpan.FromSeconds(10) };

    public static readonly Problem AuditLogBroken =
        new("audit-log-broken", 503, "The audit log is not what was signed, so nothing can be proved from it; operators are told.") { RetryAfter = TimeSpan.FromMinutes(10) };

    public static readonly Problem ReadModelBehind =
        new("read-model-behind", 503, "The answer does not hold that position yet; ask again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Problem TooManyWaiting =
        new("too-many-waiting", 503, "Too many requests wait for a position; ask again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static readonly Problem AuthorityUnavailable =
        new("authority-unavailable", 503, "The authority that issues the tokens does not answer; try again.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static readonly Problem Starting =
        new("starting", 503, "The system starts and is not open yet; try again.") { RetryAfter = TimeSpan.FromSeconds(1) };

    public static Problem MalformedRequest(string detail) => new("malformed-request", 400, detail);

    public static Problem CapabilityMissing(string capability) =>
        new("capability-missing", 403, $"This needs the capability '{capability}'.") { Capability = capability };

    public static Problem AccountSuspended(DateTimeOffset? until) =>
        new("account-suspended", 403, "This account is suspended for now. Its history says why.") { Until = until };

    public static Problem TooManyRequests(TimeSpan retryAfter) =>
        new("too-many-requests", 429, "Too many requests; slow down.") { RetryAfter = retryAfter };

    public static Problem StoreUnavailable(TimeSpan retryAfter) =>
        new("store-unavailable", 503, "The store takes no more work at the moment, and nothing was recorded; try again.") { RetryAfter = retryAfter };

    public static readonly Problem StoreFenced =
        new("store-fenced", 503, "The only server of the store that answers was the primary before another was promoted; nothing was read from it or recorded. Try again.")
        {
            RetryAfter = TimeSpan.FromSeconds(5),
        };

    public static readonly Problem LogUnknown = new("log-unknown", 404, "There is no log of this name.");

    public static readonly Problem SafetyLogClosed =
        new("safety-log-closed", 403, "Safety's log is read through moderation, where every look is recorded; analysts have no way into it.");

    public static readonly Problem EventUnknown = new("event-unknown", 404, "The log has no event at this position.");

    public static readonly Problem StreamUnknown = new("stream-unknown", 404, "No log that you may read has a stream of this id, or not so long a one.");

    public static readonly Problem StreamTooLong =
        new("stream-too-long", 422, "The state of so long a stream is not computed here; wya streams show does it.");

    public static readonly Problem TableUnknown = new("table-unknown", 404, "No read model of this domain has a table of this name.");

    public static readonly Problem RowKeyMalformed = new("row-key-malformed", 422, "Name each part of the row's key once, in its order.");

    public static readonly Problem TailsFull =
        new("tails-full", 503, "As many people follow logs here as may at a time; try again.") { RetryAfter = TimeSpan.FromSeconds(10) };

    /// <summary>For answers that carry a status and no body yet.</summary>
    public static Problem OfStatus(int status) => status switch
    {
        StatusCodes.Status401Unauthorized => Unauthenticated,
        StatusCodes.Status404NotFound => RouteNotFound,
        StatusCodes.Status405MethodNotAllowed => MethodNotAllowed,
        StatusCodes.Status408RequestTimeout => RequestTimeout,
        StatusCodes.Status413PayloadTooLarge => BodyTooLarge,
        StatusCodes.Status415UnsupportedMediaType => ContentTypeUnsupported,
        StatusCodes.Status500InternalServerError => InternalError,
        < 500 => MalformedRequest("The request could not be understood."),
        _ => StoreUnavailable(TimeSpan.FromSeconds(1)),
    };
}
