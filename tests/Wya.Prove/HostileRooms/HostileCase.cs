using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wya.Prove.HostileRooms;

/// <summary>Something that somebody might publish to do harm, and what must become of it.</summary>
/// <param name="Expected">The code of its refusal, or <c>shown</c>.</param>
internal sealed record HostileCase(string Category, string Name, byte[] Document, string Expected, string Guest, string GuestName, string Owner)
{
    public const string Shown = "shown";

    /// <summary>What the cases call, if they are run.</summary>
    public const string Sentinel = "ran";

    private static readonly JsonSerializerOptions AsTyped = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The harmless room that cases change.</summary>
    public static byte[] Base { get; } = Encoding.UTF8.GetBytes(Resource("hostile/room.json"));

    /// <summary>From cases.ndjson: a line each, with a change to the base, a document as text, as bytes, or as something many times.</summary>
    public static IReadOnlyList<HostileCase> All { get; } =
        [.. Resource("hostile/cases.ndjson").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => Read(JsonNode.Parse(line)!.AsObject()))];

    public override string ToString() => $"{Category}: {Name}";

    private static HostileCase Read(JsonObject line) => new(
        Text(line, "category")!, Text(line, "name")!, DocumentOf(line), Text(line, "expect")!,
        Text(line, "guest") ?? "Hello.", Text(line, "guest_name") ?? "guest", Text(line, "owner") ?? "owner");

    private static byte[] DocumentOf(JsonObject line)
    {
        if (Text(line, "bytes") is { } bytes)
        {
            return Convert.FromBase64String(bytes);
        }

        if (Text(line, "raw") is { } raw)
        {
            return Encoding.UTF8.GetBytes(raw);
        }

        if (Text(line, "repeat") is { } piece)
        {
            string many = string.Concat(Enumerable.Repeat(piece, line["times"]!.GetValue<int>()));
            return Encoding.UTF8.GetBytes(Text(line, "before") + many + Text(line, "after"));
        }

        JsonNode room = JsonNode.Parse(Base)!;
        if (Text(line, "at") is { } place)
        {
            string[] steps = place.Split('/')[1..];
            JsonNode around = steps[..^1].Aggregate(room, (node, step) => (int.TryParse(step, out int index) ? node[index] : node[step])!);
            JsonNode? value = line["value"]?.DeepClone();
            if (around is JsonArray list)
            {
                list[int.Parse(steps[^1], null)] = value;
            }
            else
            {
                around[steps[^1]] = value;
            }
        }

        return JsonSerializer.SerializeToUtf8Bytes(room, AsTyped);
    }

    private static string? Text(JsonObject line, string name) => line[name]?.GetValue<string>();

    private static string Resource(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
