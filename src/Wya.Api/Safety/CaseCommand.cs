using Wya.Api.Http;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Api.Safety;

/// <summary>What a moderator does in a case that they may enter: decided on the case's stream.</summary>
internal sealed class CaseCommand(SafetyLog safety, TimeProvider clock)
{
    public delegate Decision<CaseEvent> Decide(Case state, CaseInSight inSight, DateTimeOffset now);

    /// <param name="answer">Nothing but 204 when it is left out.</param>
    public Task<IResult> Run(
        HttpContext http, Decide decide, object? content = null, Func<Command.Done<Case>, IResult>? answer = null, CaseInSight? inSight = null)
    {
        CaseInSight entered = inSight ?? http.CaseInSight();
        DateTimeOffset now = clock.GetUtcNow();
        return Command.Run(
            http, safety, Case.Stream, entered.CaseId, state => decide(state, entered, now), content, answer ?? (_ => TypedResults.NoContent()));
    }
}
