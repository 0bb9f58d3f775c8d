using Wya.Api.Http;

namespace Wya.Api.Messaging.Live;

/// <summary>What keeps a connection from beginning.</summary>
internal static class LiveProblems
{
    public static readonly Problem TooManyFeeds =
        new("too-many-feeds", 429, "You are connected too often at the same time; close one of the others.") { RetryAfter = TimeSpan.FromSeconds(15) };

    public static readonly Problem FeedsFull =
        new("feeds-full", 503, "As many are connected as can be; try again, another process may have room.") { RetryAfter = TimeSpan.FromSeconds(5) };

    public static readonly Problem WebSocketRequired =
        new("websocket-required", 426, "This address speaks WebSocket; where that cannot be had, /live says the same as server-sent events.");

    public static Problem PlaceMalformed => Problems.MalformedRequest("Go on after the id of a frame, as digits.");
}
