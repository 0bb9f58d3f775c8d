using System.Diagnostics;
using Wya.Api.Access;
using Wya.EventStore;

namespace Wya.Api.Http;

/// <summary>
/// A command over HTTP: recorded at most once for each Idempotency-Key, and answered the same however often it is sent.
/// The key's scope is the caller, the method and the address.
/// </summary>
internal static class Command
{
    /// <summary>Marks a command, for the API's description and for <see cref="Run"/>.</summary>
    public sealed record IsTaken(bool KeyIsRequired);

    /// <summary>What a command came to, when it was first recorded if it has been sent before.</summary>
    public sealed record Done<TState>(Guid StreamId, TState State);

    public static RouteHandlerBuilder TakesCommand(this RouteHandlerBuilder endpoint, bool keyIsRequired) =>
        endpoint.WithMetadata(new IsTaken(keyIsRequired));

    /// <param name="content">What tells this command from another one under the same key: the body, as it will be recorded.</param>
    /// <param name="answer">Must depend on what was recorded alone, so that a repetition is answered alike.</param>
    /// <param name="claimTaken">What it means here when another stream holds a name that this one claims.</param>
    /// <param name="actor">Who the events name; the caller, unless there is none yet.</param>
    public static async Task<IResult> Run<TState, TEvent>(
        HttpContext http,
        OpenDomain domain,
        StreamType<TState, TEvent> type,
        Guid streamId,
        Func<TState, Decision<TEvent>> decide,
        object? content,
        Func<Done<TState>, IResult> answer,
        Refusal? claimTaken = null,
        string? actor = null)
        where TState : class
        where TEvent : class
    {
        CancellationToken ct = http.RequestAborted;
        (IdempotencyKey? key, Problem? problem) = IdempotencyKey.Read(http.Request);
        if (problem is not null)
        {
            return problem;
        }

        if (key is null && http.GetEndpoint()!.Metadata.GetRequiredMetadata<IsTaken>().KeyIsRequired)
        {
            return Problems.IdempotencyKeyMissing;
        }

        CommandMetadata metadata = Metadata(http, key, content, actor);
        if (key is not null && await domain.Store.FindEvent(metadata.CommandId, ct).ConfigureAwait(false) is { } earlier)
        {
            return await Repeat(http, domain, type, metadata, earlier, answer, ct).ConfigureAwait(false);
        }

        Transacted<TState> done = await domain.Store.Transact(type, streamId, decide, metadata, ct).ConfigureAwait(false);
        if (done.Refusal is null && await PendingElsewhere(http, domain, streamId, done.Position, ct).ConfigureAwait(false) is { Count: > 0 } pending)
        {
            domain.At(done.Position).Write(http.Response);
            return TypedResults.Accepted((string?)null, new Enforcement.Accepted(pending));
        }

        return done switch
        {
            { Refusal: { } taken } when taken == StoreRefusals.ClaimTaken => Problem.Of(claimTaken ?? taken),
            { Refusal: { } refusal } => Problem.Of(refusal),
            { Earlier: { } first } => Answer(http, domain, metadata, first, done.Position, new(first.StreamId, done.State), answer),
            _ => Answer(http, domain, metadata, null, done.Position, new(streamId, done.State), answer),
        };
    }

    private static async ValueTask<IReadOnlyList<string>> PendingElsewhere(
        HttpContext http, OpenDomain domain, Guid streamId, long position, CancellationToken ct) =>
        http.GetEndpoint()!.Metadata.GetMetadata<Enforcement.IsAwaited>() is null
            ? []
            : await http.RequestServices.GetRequiredService<Enforcement>().WaitFor(domain, streamId, position, ct).ConfigureAwait(false);

    private static async Task<IResult> Repeat<TState, TEvent>(
        HttpContext http,
        OpenDomain domain,
        StreamType<TState, TEvent> type,
        CommandMetadata metadata,
        RecordedEvent first,
        Func<Done<TState>, IResult> answer,
        CancellationToken ct)
        where TState : class
        where TEvent : class
    {
        RecordedEvent last = first;
        for (int n = 1; await domain.Store.FindEvent(EventIds.ForEvent(first.Id, n), ct).ConfigureAwait(false) is { } next; n++)
        {
            last = next;
        }

        var asThen = new StreamRange(To: last.Version, IncludeArchived: true);
        (TState state, _) = await domain.Store.Load(type, first.StreamId, asThen, ct).ConfigureAwait(false);
        return Answer(http, domain, metadata, first, last.Position, new Done<TState>(first.StreamId, state), answer);
    }

    private static IResult Answer<TState>(
        HttpContext http,
        OpenDomain domain,
        CommandMetadata metadata,
        RecordedEvent? earlier,
        long position,
        Done<TState> done,
        Func<Done<TState>, IResult> answer)
    {
        if (earlier is not null && earlier.Metadata.Fingerprint != metadata.Fingerprint)
        {
            return Problems.IdempotencyKeyReused;
        }

        domain.At(position).Write(http.Response);
        return answer(done);
    }

    /// <summary>For a command that takes more than one step: the id under which it is recorded, whatever step it is at.</summary>
    public static CommandMetadata Metadata(HttpContext http, IdempotencyKey? key, object? content, string? actor = null)
    {
        string? caller = (http.Features.Get<Caller>()?.Id ?? http.Features.Get<ChatterId>()?.Value)?.ToString();
        string route = $"{http.Request.Method} {http.Request.Path}";
        return new CommandMetadata(
            actor ?? caller ?? throw new InvalidOperationException("A command has an actor."),
            key is { } given ? EventIds.ForCommand(caller ?? "anonymous", route, given.Value) : Guid.CreateVersion7(),
            CorrelationId: Problem.TraceId(http),
            CausationId: Activity.Current?.SpanId.ToHexString(),
            Fingerprint: key?.Fingerprint(content));
    }
}
