using Wya.Api.Access;
using Wya.Api.Http;
using Wya.Api.Noticing;
using Wya.Domain.Graph;
using Wya.Domain.Graph.Events;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.Projections.Graph;

namespace Wya.Api.Graph;

/// <summary>
/// What one person does about another: both are looked up in the graph's own rows, and decided on the stream of the pair.
/// Who is blocked is led the same way as who asks for nobody at all, so that the answer and the time it takes are the same.
/// </summary>
internal sealed class EdgeCommand(GraphLog graph, Notices notices, TimeProvider clock)
{
    /// <param name="answer">Nothing but 204 when it is left out.</param>
    /// <param name="approaches">It would bring the two closer: then safety hears of somebody of another age layer who is asked.</param>
    public async Task<IResult> Run(
        HttpContext http,
        Guid other,
        Func<Edge, Pair, DateTimeOffset, Decision<EdgeEvent>> decide,
        object? content = null,
        Func<Command.Done<Edge>, IResult>? answer = null,
        bool approaches = false)
    {
        (Pair? pair, Problem? problem) = await Look(http, new UserId(other)).ConfigureAwait(false);
        if (pair is null)
        {
            return problem!;
        }

        if (approaches && pair.Other is { } addressed && addressed.AgeLayer != pair.Self.AgeLayer)
        {
            notices.Take(pair.Self.Id, SignalKind.CrossLayerAttempt); // it is refused below, like for nobody at all
        }

        DateTimeOffset now = clock.GetUtcNow();
        return await Command.Run(
            http,
            graph,
            Edge.Stream,
            StreamOf(pair.Self.Id, new UserId(other)),
            edge => decide(edge, pair, now),
            content,
            answer ?? (_ => TypedResults.NoContent())).ConfigureAwait(false);
    }

    /// <summary>The caller and another person; or the problem that the graph has not heard of the caller.</summary>
    public async Task<(Pair? Pair, Problem? Problem)> Look(HttpContext http, UserId other)
    {
        UserId self = http.Caller().Id;
        Pairs.Found found = await Pairs.Read(graph.Database, self, other, http.RequestAborted).ConfigureAwait(false);
        if (!found.Meet && await graph.HasHeard(http.RequestAborted, GraphDomain.People).ConfigureAwait(false))
        {
            found = await Pairs.Read(graph.Database, self, other, http.RequestAborted).ConfigureAwait(false);
        }

        return (found.Pair, found.Pair is null ? Problems.NotKnownYet : null);
    }

    /// <summary>One for each pair, whoever of them comes first, and nobody can tell from it who they are.</summary>
    public Guid StreamOf(UserId one, UserId other)
    {
        string[] pair = [.. new[] { one.Value.ToString("n"), other.Value.ToString("n") }.Order(StringComparer.Ordinal)];
        return graph.Database.KeyedId($"edge:{pair[0]}:{pair[1]}");
    }
}
