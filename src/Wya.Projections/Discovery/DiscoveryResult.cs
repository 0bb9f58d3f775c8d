using System.Text.Json;
using Wya.Domain.Discovery;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Projections.Discovery;

/// <param name="Score">The sum of what moved them.</param>
/// <param name="Explanation">In English, as in "Very close to you • High trust score • Your friend".</param>
public sealed record RankedUser(Guid UserId, decimal Score, string Explanation);

/// <summary>
/// An answer as it lies in Redis: <c>discovery_result:{user_id}</c>, for five minutes, and nowhere else. The braces are a part of
/// the key: of a cluster they choose the node, by the person.
/// </summary>
/// <param name="UserId">Whose answer it is.</param>
/// <param name="RankedUsers">At most 20, the first first.</param>
/// <param name="ExplanationMap">By person, every factor with what it contributed, by codes that any language can be made of.</param>
public sealed record DiscoveryResult(
    Guid UserId, IReadOnlyList<RankedUser> RankedUsers, IReadOnlyDictionary<Guid, string> ExplanationMap, DateTimeOffset GeneratedAt)
{
    public static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    public static string Key(UserId user) => $"discovery_result:{{{user.Value}}}";

    public static DiscoveryResult Of(UserId user, IReadOnlyList<RankedPerson> ranked, DateTimeOffset now) => new(
        user.Value,
        [.. ranked.Select(one => new RankedUser(one.Id.Value, one.Score, Sentences.Of(one.Factors)))],
        ranked.ToDictionary(one => one.Id.Value, one => Factor.Write(one.Factors)),
        now);

    /// <returns>Null for an answer that another build has written.</returns>
    public IReadOnlyList<RankedPerson>? Ranked()
    {
        List<RankedPerson> ranked = [];
        foreach (RankedUser one in RankedUsers)
        {
            if (!ExplanationMap.TryGetValue(one.UserId, out string? text) || Factor.Read(text) is not { } factors)
            {
                return null;
            }

            ranked.Add(new RankedPerson(new UserId(one.UserId), one.Score, factors));
        }

        return ranked;
    }

    public string ToJson() => JsonSerializer.Serialize(this, EventJson.Options);

    /// <returns>Null for a text that is none.</returns>
    public static DiscoveryResult? FromJson(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<DiscoveryResult>(json, EventJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
