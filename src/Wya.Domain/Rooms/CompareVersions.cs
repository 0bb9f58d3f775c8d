using System.Text.Json.Nodes;

namespace Wya.Domain.Rooms;

/// <summary>What differs between two versions, for people: the modules by their ids, and the other parts by their members.</summary>
/// <param name="Layout">Members of the layout that differ.</param>
/// <param name="Other">Whole parts beside layout, modules and theme.</param>
public sealed record VersionDifference(
    IReadOnlyList<JsonNode> ModulesAdded,
    IReadOnlyList<JsonNode> ModulesRemoved,
    IReadOnlyList<ModuleDifference> ModulesChanged,
    IReadOnlyList<MemberDifference> Layout,
    IReadOnlyList<MemberDifference> Theme,
    IReadOnlyList<MemberDifference> Other);

public sealed record ModuleDifference(string Id, IReadOnlyList<MemberDifference> Members);

/// <param name="Before">Left out when there was none.</param>
/// <param name="After">Left out when there is none any more.</param>
public sealed record MemberDifference(string Name, JsonNode? Before, JsonNode? After);

public static class CompareVersions
{
    /// <summary>Stamped by publishing itself: of these every two versions differ, and it says nothing.</summary>
    private static readonly string[] Stamped = ["created_at", "created_by"];

    private static readonly string[] Parts = ["layout", "modules", "theme", .. Stamped];

    public static VersionDifference Between(JsonObject before, JsonObject after)
    {
        Dictionary<string, JsonObject> old = Modules(before), now = Modules(after);
        return new VersionDifference(
            [.. now.Where(module => !old.ContainsKey(module.Key)).Select(module => module.Value.DeepClone())],
            [.. old.Where(module => !now.ContainsKey(module.Key)).Select(module => module.Value.DeepClone())],
            [
                .. now.Where(module => old.ContainsKey(module.Key))
                    .Select(module => new ModuleDifference(module.Key, Members(old[module.Key], module.Value, [])))
                    .Where(module => module.Members.Count > 0),
            ],
            Members(before["layout"] as JsonObject, after["layout"] as JsonObject, []),
            Members(before["theme"] as JsonObject, after["theme"] as JsonObject, []),
            Members(before, after, Parts));
    }

    private static Dictionary<string, JsonObject> Modules(JsonObject room)
    {
        Dictionary<string, JsonObject> modules = new(StringComparer.Ordinal);
        foreach (JsonObject module in (room["modules"] as JsonArray ?? []).OfType<JsonObject>())
        {
            modules[module["id"]?.ToString() ?? ""] = module;
        }

        return modules;
    }

    private static MemberDifference[] Members(JsonObject? before, JsonObject? after, string[] without) =>
    [
        .. (before ?? []).Select(member => member.Key).Union((after ?? []).Select(member => member.Key))
            .Except(without)
            .Where(name => !JsonNode.DeepEquals(before?[name], after?[name]))
            .Select(name => new MemberDifference(name, before?[name]?.DeepClone(), after?[name]?.DeepClone())),
    ];
}
