using Wya.Domain.Identity.Events;

namespace Wya.Domain.Graph;

/// <summary>A person as the graph knows them: from its own rows, which follow what identity announces.</summary>
/// <param name="IsThere">Neither banned nor erased, and has not asked to be erased.</param>
/// <param name="Has">How much of everything they have.</param>
/// <param name="MutedUntil">The latest end of what Safety has restricted; <see cref="DateTimeOffset.MaxValue"/> for one without an end.</param>
public sealed record Person(UserId Id, AgeLayer AgeLayer, bool IsThere, Tally Has, DateTimeOffset? MutedUntil = null)
{
    public bool IsMuted(DateTimeOffset now) => now < MutedUntil;
}

/// <summary>How many of each a person has, dormant ones included: what the limits count.</summary>
/// <param name="Requests">Of their own, that wait for an answer.</param>
public sealed record Tally(int Friends = 0, int Following = 0, int Blocks = 0, int Mutes = 0, int Requests = 0);

/// <summary>Who wants something, and of whom.</summary>
/// <param name="Other">Null when the graph knows nobody of that id.</param>
public sealed record Pair(Person Self, Person? Other)
{
    public bool IsOneself => Other?.Id == Self.Id;

    /// <summary>There is such a person for this one, but for blocks: there, and of the same age layer at this moment.</summary>
    public bool IsReachable => Other is { IsThere: true } && Other.AgeLayer == Self.AgeLayer;

    /// <summary>They exist for each other.</summary>
    public bool Meets(Edge edge) => IsReachable && edge.Blocks.IsEmpty;
}
