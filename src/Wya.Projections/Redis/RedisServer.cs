using System.Diagnostics;
using StackExchange.Redis;

namespace Wya.Projections.Redis;

/// <summary>
/// One Redis, or one Redis Cluster, as this process reaches it. The algorithm: a question has 200 ms, unless its asker can wait. One that fails, in
/// whatever way, is a <see cref="RedisAwayException"/>. When nothing but failures came for some time the connection is
/// thrown away and made anew, because the library's own does not find its way back after the loss of a master; and it is
/// thrown away at most once in two seconds, and each that brought no answer is given twice the time of the one before,
/// because making one costs more than waiting for a server that is merely slow, and over a slow line takes longer.
/// While failures last, only every so often one question is let through to try; the others fail at once, so that a server
/// that hangs costs nobody 200 ms for long. Keys of other shards are answered meanwhile: one answer ends the waiting.
/// </summary>
public sealed class RedisServer : IAsyncDisposable
{
    /// <summary>For who has somebody waiting; longer, it costs more than to go on without.</summary>
    public static readonly TimeSpan AnswerWithin = TimeSpan.FromMilliseconds(200);

    /// <summary>For a tool, which has nothing to go on with.</summary>
    public static readonly TimeSpan AnswerInTheEnd = TimeSpan.FromSeconds(10);

    public static readonly TimeSpan ConnectWithin = TimeSpan.FromSeconds(2);

    /// <summary>Failures, and no answer, for so long: the connection is not to be saved.</summary>
    private static readonly TimeSpan LostAfter = TimeSpan.FromMilliseconds(500);

    private static readonly TimeSpan ReconnectAfter = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReconnectAfterAtMost = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan TryEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>So many failures in a row, and no answer between, are no coincidence.</summary>
    private const int FailuresInARow = 8;

    /// <summary>Questions still under way on an old connection have failed for their callers long before.</summary>
    private static readonly TimeSpan DisposeOldAfter = TimeSpan.FromSeconds(5);

    // What the rights of our users do not include, and the library would otherwise ask for.
    private static readonly HashSet<string> NotAsked = ["CONFIG", "SHUTDOWN", "DEBUG", "MONITOR", "SAVE", "BGSAVE", "SLAVEOF"];

    private readonly Lock gate = new();
    private readonly string connectionString;
    private readonly TimeSpan answerWithin;
    private readonly CancellationTokenSource closing = new();
    private readonly List<(string Channel, Action<string> Heard)> hearing = [];
    private Task<ConnectionMultiplexer> connection;
    private TimeSpan patience = ReconnectAfter;
    private long connectedAt;
    private long failingSince;
    private long lastTry;
    private int failures;
    private long serial;

    /// <param name="name"><c>presence</c> or <c>cache</c>; the only thing about it that metrics and messages name.</param>
    /// <param name="connectionString">
    /// <c>host:port,password=…</c>, of a cluster several <c>host:port,</c>; further settings as the library documents them.
    /// </param>
    /// <param name="answerWithin"><see cref="AnswerWithin"/> when it is left out.</param>
    public RedisServer(string name, string connectionString, TimeSpan? answerWithin = null)
    {
        Name = name;
        this.connectionString = connectionString;
        this.answerWithin = answerWithin ?? AnswerWithin;
        connectedAt = Stopwatch.GetTimestamp();
        connection = Task.Run(Connect); // nobody waits for it, and the first question finds it made
    }

    public string Name { get; }

    /// <summary>Rises whenever a connection was made or came back: what is there now may be older than what was seen there.</summary>
    public long Connections => Interlocked.Read(ref serial);

    public static bool IsConnectionString(string text)
    {
        try
        {
            return ConfigurationOptions.Parse(text).EndPoints.Count > 0;
        }
        catch (Exception malformed) when (malformed is ArgumentException or FormatException or OverflowException)
        {
            return false;
        }
    }

    /// <summary>Asks one thing, or several at once in one round trip.</summary>
    /// <exception cref="RedisAwayException">There was no answer, or no useful one, in time.</exception>
    public async Task<T> Ask<T>(Func<IDatabase, Task<T>> ask, CancellationToken ct = default)
    {
        if (!MayTry())
        {
            RedisTelemetry.Away(Name);
            throw new RedisAwayException(Name, "away");
        }

        long start = Stopwatch.GetTimestamp();
        Task<ConnectionMultiplexer>? asked = null;
        try
        {
            asked = Connection();
            ConnectionMultiplexer multiplexer = await asked.WaitAsync(answerWithin, ct).ConfigureAwait(false);
            T answer = await ask(multiplexer.GetDatabase()).WaitAsync(answerWithin, ct).ConfigureAwait(false);
            Succeeded();
            RedisTelemetry.Answered(Name, Stopwatch.GetElapsedTime(start));
            return answer;
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && IsRedis(failure))
        {
            Failed(asked);
            RedisTelemetry.Away(Name);
            throw new RedisAwayException(Name, Kind(failure));
        }
    }

    public Task Ask(Func<IDatabase, Task> ask, CancellationToken ct = default) =>
        Ask(
            async database =>
            {
                await ask(database).ConfigureAwait(false);
                return true;
            },
            ct);

    /// <summary>Runs a script; one that the server has forgotten, because it is another one now, is sent once more.</summary>
    public static async Task<RedisResult> Run(IDatabase database, string script, RedisKey[] keys, RedisValue[] values)
    {
        try
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
        catch (RedisServerException forgotten) when (forgotten.Message.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            return await database.ScriptEvaluateAsync(script, keys, values).ConfigureAwait(false);
        }
    }

    /// <summary>From now on, and over every connection that is made anew, what is published on a channel. What comes between two connections is lost.</summary>
    public void Hear(string channel, Action<string> heard)
    {
        Task<ConnectionMultiplexer> current;
        lock (gate)
        {
            hearing.Add((channel, heard));
            current = connection;
        }

        _ = Task.Run(async () =>
        {
            // One that is still being made may have looked at the list already, and may not: something may be heard twice, and nothing never.
            await ((Task)current).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (current.IsCompletedSuccessfully)
            {
                await Subscribe(await current.ConfigureAwait(false), channel, heard).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
    }

    public async Task Ping(CancellationToken ct = default) => await Ask(database => database.PingAsync(), ct).ConfigureAwait(false);

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        await Dispose(connection).ConfigureAwait(false);
        closing.Dispose();
    }

    private Task<ConnectionMultiplexer> Connection()
    {
        lock (gate)
        {
            bool isBroken = connection.IsFaulted || connection.IsCanceled;
            if (isBroken && Stopwatch.GetElapsedTime(connectedAt) > LostAfter)
            {
                connectedAt = Stopwatch.GetTimestamp();
                connection = Task.Run(Connect);
            }

            return connection;
        }
    }

    private async Task<ConnectionMultiplexer> Connect()
    {
        ConfigurationOptions options = ConfigurationOptions.Parse(connectionString);
        options.AbortOnConnectFail = false;
        options.AllowAdmin = false;
        options.ClientName = "wya";
        options.ConnectTimeout = (int)ConnectWithin.TotalMilliseconds;
        options.SyncTimeout = (int)answerWithin.TotalMilliseconds;
        options.ConnectRetry = 1;
        options.KeepAlive = 1;
        options.TieBreaker = "";
        options.ConfigurationChannel = "";
        options.CommandMap = CommandMap.Create(NotAsked, available: false);
        ConnectionMultiplexer made = await ConnectionMultiplexer.ConnectAsync(options).ConfigureAwait(false);
        made.ConnectionRestored += (_, _) => Interlocked.Increment(ref serial);
        Interlocked.Increment(ref serial);
        RedisTelemetry.Connected(Name);
        (string Channel, Action<string> Heard)[] channels;
        lock (gate)
        {
            channels = [.. hearing];
        }

        foreach ((string channel, Action<string> heard) in channels)
        {
            _ = Subscribe(made, channel, heard);
        }

        return made;
    }

    private static Task Subscribe(ConnectionMultiplexer made, string channel, Action<string> heard) =>
        made.GetSubscriber().SubscribeAsync(channel, (_, message) => heard((string?)message ?? ""));

    private bool MayTry()
    {
        lock (gate)
        {
            if (failures < FailuresInARow)
            {
                return true;
            }

            if (Stopwatch.GetElapsedTime(lastTry) < TryEvery)
            {
                return false;
            }

            lastTry = Stopwatch.GetTimestamp();
            return true;
        }
    }

    private void Succeeded()
    {
        if (Volatile.Read(ref failures) > 0)
        {
            lock (gate)
            {
                failures = 0;
                patience = ReconnectAfter;
            }
        }
    }

    private void Failed(Task<ConnectionMultiplexer>? asked)
    {
        Task<ConnectionMultiplexer>? old = null;
        lock (gate)
        {
            if (asked != connection)
            {
                return; // a leftover of the connection before
            }

            failingSince = failures++ == 0 ? Stopwatch.GetTimestamp() : failingSince;
            bool isLost = Stopwatch.GetElapsedTime(failingSince) > LostAfter;
            if (isLost && connection.IsCompletedSuccessfully && Stopwatch.GetElapsedTime(connectedAt) > patience)
            {
                patience = patience < ReconnectAfterAtMost ? patience * 2 : patience;
                old = connection;
                connectedAt = Stopwatch.GetTimestamp();
                failingSince = connectedAt;
                connection = Task.Run(Connect);
            }
        }

        if (old is not null)
        {
            _ = DisposeLater(old);
        }
    }

    private async Task DisposeLater(Task<ConnectionMultiplexer> old)
    {
        await Task.Delay(DisposeOldAfter, closing.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Dispose(old).ConfigureAwait(false);
    }

    private static async Task Dispose(Task<ConnectionMultiplexer> old)
    {
        await ((Task)old).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (old.IsCompletedSuccessfully)
        {
            try
            {
                ConnectionMultiplexer multiplexer = await old.ConfigureAwait(false);
                multiplexer.Close(allowCommandsToComplete: false); // else it waits for the answer to a QUIT, which does not come
                multiplexer.Dispose();
            }
            catch (Exception broken) when (IsRedis(broken))
            {
                // It was to be thrown away in any case.
            }
        }
    }

    /// <summary>Whatever the library, its sockets and the time limit throw; everything else is a fault of ours.</summary>
    private static bool IsRedis(Exception failure) =>
        failure is RedisException or RedisConnectionException or RedisCommandException or TimeoutException or IOException
            or System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException
        || failure is AggregateException several && several.InnerExceptions.All(IsRedis);

    /// <summary>Of the server's refusals the first word, which is a code.</summary>
    private static string Kind(Exception failure) => failure switch
    {
        RedisServerException refused => refused.Message.Split(' ', 2)[0] is { Length: < 16 } code && code.All(char.IsAsciiLetterUpper) ? code : "refused",
        TimeoutException => "too slow",
        _ => "not reached",
    };
}
