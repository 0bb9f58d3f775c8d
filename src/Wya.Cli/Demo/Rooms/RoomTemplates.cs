using System.Reflection;
using System.Text.Json.Nodes;
using Bogus;

namespace Wya.Cli;

/// <summary>
/// Rooms as people might furnish them, as data: each file beside this one is what a room holds, in which <c>{"any_of": […]}</c>
/// stands for one of several values, <c>{"some_of": 3, "from": […]}</c> for some of them in any order, and <c>{name}</c> for
/// the owner's name. None of them needs a host for pictures or links.
/// </summary>
internal static class RoomTemplates
{
    private const string Folder = "rooms/";

    /// <summary>By name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(resource => resource.StartsWith(Folder, StringComparison.Ordinal))
            .Select(resource => resource[Folder.Length..^".json".Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Those for whose CSS a person needs the capability.</summary>
    public static IReadOnlyList<string> WithCss { get; } = ["aurora", "power-user"];

    /// <returns>What a room holds: layout, modules and theme. The same for the same name, owner and seed.</returns>
    public static JsonObject Furnish(string template, string owner, int seed)
    {
        using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Folder}{template}.json")
            ?? throw new ArgumentException($"There is no room of the kind '{template}'.", nameof(template));
        return Filled(JsonNode.Parse(resource)!, owner, new Randomizer(seed)).AsObject();
    }

    private static JsonNode Filled(JsonNode node, string owner, Randomizer random) => node switch
    {
        JsonObject choice when choice["any_of"] is JsonArray values => Filled(random.ArrayElement([.. values])!, owner, random),
        JsonObject choice when choice["some_of"] is { } count => new JsonArray(
            [.. random.Shuffle(choice["from"]!.AsArray()).Take(count.GetValue<int>()).Select(value => Filled(value!, owner, random))]),
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(member.Key, (JsonNode?)Filled(member.Value!, owner, random)))),
        JsonArray list => new JsonArray([.. list.Select(item => Filled(item!, owner, random))]),
        JsonValue value when value.TryGetValue(out string? text) => text.Replace("{name}", owner, StringComparison.Ordinal),
        _ => node.DeepClone(),
    };
}
