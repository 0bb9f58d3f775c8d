using System.Text.Json.Nodes;
using Wya.Testing.Http;

namespace Wya.Prove.BlockRaces;

/// <summary>Two people, and the conversation between them.</summary>
internal sealed record Couple(Neighbour One, Neighbour Other, Guid Conversation);

/// <summary>A place where one of two people could find the other, or reach them.</summary>
/// <param name="Domain">Whose rows decide it.</param>
/// <param name="Request">Of a viewer who looks for the other.</param>
/// <param name="Shows">Whether a success shows them, or was one towards them.</param>
internal sealed record Surface(
    string Name,
    string Domain,
    Func<Neighbour, Neighbour, Guid, byte[]> Request,
    Func<JsonNode?, Neighbour, Guid, bool> Shows)
{
    public static IReadOnlyList<Surface> All { get; } =
    [
        Reaching("by id", "identity", (self, other, _) => LeanRequest.Prepare("GET", $"/users/{other.Id}", null, self.Token)),
        Reaching("by handle", "identity", (self, other, _) => LeanRequest.Prepare("GET", $"/users/by-handle/{other.Handle}", null, self.Token)),
        new("graph", "graph", (self, _, _) => LeanRequest.Prepare("GET", "/me/graph", null, self.Token),
            (json, other, _) => Holds(json?["friends"], other.Id) || Holds(json?["followers"], other.Id)),
        new("friends", "graph", (self, _, _) => LeanRequest.Prepare("GET", "/me/friends", null, self.Token), (json, other, _) => Holds(json?["items"], other.Id)),
        Reaching("mutual friends", "graph", (self, other, _) => LeanRequest.Prepare("GET", $"/users/{other.Id}/mutual-friends", null, self.Token)),
        Reaching("friend request", "graph",
            (self, other, _) => LeanRequest.Prepare("POST", "/me/friend-requests", new { user_id = other.Id }, self.Token)),
        Reaching("follow", "graph", (self, other, _) => LeanRequest.Prepare("PUT", $"/me/following/{other.Id}", null, self.Token)),
        new("conversations", "messaging", (self, _, _) => LeanRequest.Prepare("GET", "/conversations", null, self.Token),
            (json, _, conversation) => Holds(json, conversation)),
        Reaching("messages", "messaging", (self, _, conversation) => LeanRequest.Prepare("GET", $"/conversations/{conversation}/messages", null, self.Token)),
        Reaching("send", "messaging",
            (self, _, conversation) => LeanRequest.Prepare("PUT", Neighbours.MessagePath(conversation, Guid.NewGuid()), new { text = "Hello" }, self.Token)),
        new("presence", "messaging", (self, other, _) => LeanRequest.Prepare("GET", $"/users/{other.Id}/presence", null, self.Token),
            (json, _, _) => json?["activity"] is not null),
        new("friends' presence", "messaging", (self, _, _) => LeanRequest.Prepare("GET", "/me/friends/presence", null, self.Token),
            (json, other, _) => Holds(json?["items"], other.Id)),
        new("discovery", "graph", (self, _, _) => LeanRequest.Prepare("GET", "/discovery", null, self.Token), (json, other, _) => Holds(json?["items"], other.Id)),
        new("discovery, for once", "graph", (self, _, _) => LeanRequest.Prepare("GET", "/discovery?order=chronological", null, self.Token),
            (json, other, _) => Holds(json?["items"], other.Id)),
        new("why not", "graph", (self, other, _) => LeanRequest.Prepare("GET", $"/discovery/why-not/{other.Id}", null, self.Token),
            (json, _, _) => json?["code"]?.GetValue<string>() is not "not-to-be-said"),
    ];

    private static Surface Reaching(string name, string domain, Func<Neighbour, Neighbour, Guid, byte[]> request) =>
        new(name, domain, request, (_, _, _) => true);

    private static bool Holds(JsonNode? json, Guid id) => json?.ToJsonString().Contains(id.ToString(), StringComparison.Ordinal) == true;
}
