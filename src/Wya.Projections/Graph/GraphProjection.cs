using System.Text.Json;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Projections.Graph;

/// <summary>
/// A person's graph as it lies in Redis: <c>graph_projection:{user_id}</c>, for five minutes. The braces are a part of the
/// key: of a cluster they choose the node, by the person.
/// </summary>
/// <param name="Friends">By ids, in the order of ids; likewise the others.</param>
/// <param name="Blocks">Whom they have blocked.</param>
/// <param name="TrustScore">From 0 to 1.</param>
/// <param name="UpdatedAt">What had happened in the graph by then is in it.</param>
public sealed record GraphProjection(
    IReadOnlyList<Guid> Friends, IReadOnlyList<Guid> Followers, IReadOnlyList<Guid> Blocks, double TrustScore, DateTimeOffset UpdatedAt)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    private const double ScoreTolerance = 0.01;

    public static string Key(UserId user) => $"graph_projection:{{{user.Value}}}";

    /// <summary>What they say at one moment of the rows. A score alone goes on with time, by far less than this in a value's life.</summary>
    public bool SaysTheSame(GraphProjection? other) => other is not null
        && Friends.SequenceEqual(other.Friends) && Followers.SequenceEqual(other.Followers) && Blocks.SequenceEqual(other.Blocks)
        && Math.Abs(TrustScore - other.TrustScore) < ScoreTolerance;

    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Options);

    /// <returns>Null for a text that is none.</returns>
    public static GraphProjection? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<GraphProjection>(json, EventJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
