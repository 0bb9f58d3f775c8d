using System.Globalization;
using System.Net.WebSockets;
using Wya.Api.Access;
using Wya.Api.Around;
using Wya.Api.Documentation;
using Wya.Api.Http;
using Wya.Domain.Presence.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;

namespace Wya.Api.Messaging.Live;

/// <summary>The two doors to the live feed: server-sent events, and WebSocket.</summary>
internal static class LiveEndpoints
{
    /// <summary>What the server answers of what the client offers; the token may be offered beside it.</summary>
    public const string SocketProtocol = "wya.v1";

    public const string SocketAddress = "/live/socket";

    public static void AddLive(this IServiceCollection services, Settings settings)
    {
        services.AddSingleton<LiveOptions>();
        services.AddSingleton<LiveFeeds>();
        services.AddSingleton<LiveRendering>();
        services.AddSingleton<LiveTelemetry>();
        services.AddSingleton<TypingRoom>();
        services.AddSingleton<LiveFeed>();
        if (settings.Answers)
        {
            services.AddHostedService<LiveHub>();
        }
    }

    public static void MapLive(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/live", Stream)
            .RequireChatter()
            .RequireRateLimiting(RateLimits.Live)
            .Describe(
                "FollowLive",
                "Follow what happens, as server-sent events",
                "Everything that happens in the caller's conversations, in one order. After a break, send the last id as Last-Event-ID or `after`: "
                + "nothing is missed and nothing comes twice. The frames are described at /asyncapi/v1.json.")
            .Produces<string>(StatusCodes.Status200OK, EventStreamWire.ContentType)
            .Refuses(Problems.PositionInTheFuture, Problems.AccountResting, Problems.NotKnownYet, LiveProblems.TooManyFeeds, LiveProblems.FeedsFull);
        routes.MapGet(SocketAddress, Socket)
            .RequireChatter()
            .RequireRateLimiting(RateLimits.Live)
            .Describe(
                "FollowLiveOverWebSocket",
                "Follow what happens, over WebSocket",
                "The same frames in the same order as /live; over this one a client can also say that its person types. A browser sends its token as a "
                + "subprotocol: `wya.v1, wya.bearer.<token>`.")
            .Produces(StatusCodes.Status101SwitchingProtocols)
            .Produces(StatusCodes.Status200OK)
            .Refuses(
                Problems.PositionInTheFuture, Problems.AccountResting, Problems.NotKnownYet, LiveProblems.TooManyFeeds, LiveProblems.FeedsFull,
                LiveProblems.WebSocketRequired);
        SetTypingEndpoint.Map(routes);
    }

    /// <summary>A token that a browser, which can send no header with a WebSocket, has put among the subprotocols.</summary>
    public static string? TokenOf(HttpRequest request) =>
        request.Path == SocketAddress && request.Headers.Authorization.Count == 0
            ? request.HttpContext.WebSockets.WebSocketRequestedProtocols
                .FirstOrDefault(protocol => protocol.StartsWith("wya.bearer.", StringComparison.Ordinal))?["wya.bearer.".Length..]
            : null;

    private static async Task<IResult> Stream(string? after, LiveFeed feed, Gate gate, Settings settings, HttpContext http)
    {
        if (!TryPlace([http.Request.Headers["Last-Event-ID"], after], settings.MessagingPartitions, out LivePlace? place))
        {
            return LiveProblems.PlaceMalformed;
        }

        (_, Problem? problem) = await gate.Enter(http).ConfigureAwait(false);
        problem ??= await feed.Run(
            Caller(http, settings),
            place,
            async () =>
            {
                var wire = new EventStreamWire(http);
                await wire.Open().ConfigureAwait(false);
                return wire;
            },
            http.RequestAborted).ConfigureAwait(false);
        return problem ?? (IResult)TypedResults.Empty;
    }

    private static async Task<IResult> Socket(
        string? after, LiveFeed feed, Gate gate, TypingRoom typing, Presences presences, LiveOptions options, Settings settings, TimeProvider clock, HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest)
        {
            http.Response.Headers.Upgrade = "websocket";
            return LiveProblems.WebSocketRequired;
        }

        if (!TryPlace([after], settings.MessagingPartitions, out LivePlace? place))
        {
            return LiveProblems.PlaceMalformed;
        }

        (_, Problem? problem) = await gate.Enter(http).ConfigureAwait(false);
        if (problem is not null)
        {
            return problem;
        }

        LiveCaller caller = Caller(http, settings);
        WebSocket? socket = null;
        SocketWire? wire = null;
        Task listening = Task.CompletedTask;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        try
        {
            problem = await feed.Run(
                caller,
                place,
                async () =>
                {
                    bool speaks = http.WebSockets.WebSocketRequestedProtocols.Contains(SocketProtocol);
                    socket = await http.WebSockets.AcceptWebSocketAsync(speaks ? SocketProtocol : null).ConfigureAwait(false);
                    wire = new SocketWire(socket, options, up => Hear(caller, up, gate, typing, presences, clock), clock);
                    listening = wire.Listen(end.Token);
                    return wire;
                },
                http.RequestAborted).ConfigureAwait(false);
            end.CancelAfter(options.CloseWithin); // for the client's answer to the close
            await listening.ConfigureAwait(false);
        }
        finally
        {
            await end.CancelAsync().ConfigureAwait(false);
            await listening.ConfigureAwait(false);
            wire?.Dispose();
            socket?.Dispose();
        }

        return problem ?? (IResult)TypedResults.Empty;
    }

    private static Task Hear(LiveCaller caller, UpSaid said, Gate gate, TypingRoom typing, Presences presences, TimeProvider clock) => said switch
    {
        { Typing: { } typed } => Typed(caller, typed, gate, typing, clock),
        { Presence: { Status: PresenceStatus.Offline } } => presences.Leave(caller.User, Device.Of(caller.Session, null)),
        { Presence: { } up } => presences.Beat(
            caller.User,
            Device.Of(caller.Session, null),
            new Beat(up.Status ?? PresenceStatus.Online, up.Activity ?? Activity.Browsing, up.RoomId, up.Position, up.LocationIsOn)),
        _ => Task.CompletedTask,
    };

    /// <summary>Who may not write is not told so here: nothing happens.</summary>
    private static async Task Typed(LiveCaller caller, TypingUp up, Gate gate, TypingRoom typing, TimeProvider clock)
    {
        try
        {
            Entry entry = await gate.Ask(new EntryQuestion(caller.User.Value, up.ConversationId.Value)).ConfigureAwait(false);
            DateTimeOffset now = clock.GetUtcNow();
            if (Gate.Barred(entry.Self, now) is null && SetTypingEndpoint.Refuse(entry, now) is null)
            {
                typing.Say(new TypingNotice(up.ConversationId.Value, caller.User.Value, up.IsTyping));
            }
        }
        catch (Exception away) when (Faults.IsTransient(away) || away is StoreUnavailableException)
        {
            // It is of the moment, and the moment has passed.
        }
    }

    private static LiveCaller Caller(HttpContext http, Settings settings) => new(
        http.ChatterId(),
        settings.IssuesTokens ? http.SessionId() : null,
        long.TryParse(http.User.FindFirst("exp")?.Value, NumberStyles.None, CultureInfo.InvariantCulture, out long until)
            ? DateTimeOffset.FromUnixTimeSeconds(until)
            : throw new InvalidOperationException("A token without an end is taken nowhere."));

    /// <summary>The first that is given counts: a client that comes back by itself sends the header with the address it began with.</summary>
    private static bool TryPlace(ReadOnlySpan<string?> given, int partitions, out LivePlace? place)
    {
        place = null;
        foreach (string? text in given)
        {
            if (string.IsNullOrEmpty(text))
            {
                continue;
            }

            if (LogPosition.Numbers(text, partitions) is not { } positions)
            {
                return false;
            }

            place ??= new LivePlace(positions, partitions);
        }

        return true;
    }
}
