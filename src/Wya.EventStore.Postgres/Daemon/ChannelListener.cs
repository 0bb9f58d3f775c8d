using Microsoft.Extensions.Logging;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// One connection, outside the pool, that listens on channels of a database for as long as this process wants; one that
/// breaks, or answers no more, is replaced.
/// What is notified while there is no connection is lost, so a notification may only ever be a hint: whoever relies on one
/// is told of every new connection, and looks for itself.
/// </summary>
internal sealed class ChannelListener(
    LogDatabase database, string name, IReadOnlyDictionary<string, Action<string>> channels, Func<NpgsqlConnection, CancellationToken, Task> connected,
    TimeSpan heartbeat, TimeSpan backoffMax, ILogger logger)
{
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Whether notifications arrive at this moment, as far as is known.</summary>
    public bool IsConnected { get; private set; }

    public async Task Run(CancellationToken stop)
    {
        TimeSpan pause = FirstPause;
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await using NpgsqlConnection connection = await Open(stop).ConfigureAwait(false);
                IsConnected = true;
                pause = FirstPause;
                while (true)
                {
                    await Listen(connection, stop).ConfigureAwait(false);
                    await using var alive = new NpgsqlCommand("select 1", connection);
                    await alive.ExecuteNonQueryAsync(stop).ConfigureAwait(false);
                }
            }
            catch (Exception failure) when (!stop.IsCancellationRequested)
            {
                logger.LogWarning("The connection that listens to {Domain} ended: {Failure}.", database.Name, FailurePlace.Of(failure));
            }
            catch (Exception)
            {
                // Stopping.
            }
            finally
            {
                IsConnected = false;
            }

            await Task.Delay(pause, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = TimeSpan.FromMilliseconds(Math.Min(pause.TotalMilliseconds * 2, backoffMax.TotalMilliseconds));
        }
    }

    private async Task<NpgsqlConnection> Open(CancellationToken ct)
    {
        NpgsqlConnection connection = await database.Hosts.OpenApart(
            settings =>
            {
                (settings.Timeout, settings.CommandTimeout, settings.KeepAlive) = (5, 5, 0);
                settings.TcpKeepAlive = true;
                settings.ApplicationName = $"wya-{database.Name}-{name}";
            },
            opening => opening.Notification += (_, notice) => Heard(notice),
            ct).ConfigureAwait(false);
        try
        {
            await using var listen = new NpgsqlCommand(string.Join("; ", channels.Keys.Select(channel => $"listen {channel}")), connection);
            await listen.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
            await connected(connection, ct).ConfigureAwait(false);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private async Task Listen(NpgsqlConnection connection, CancellationToken ct)
    {
        long until = Environment.TickCount64 + (long)heartbeat.TotalMilliseconds;
        while (until - Environment.TickCount64 is > 0 and var left)
        {
            await connection.WaitAsync(TimeSpan.FromMilliseconds(left), ct).ConfigureAwait(false);
        }
    }

    private void Heard(NpgsqlNotificationEventArgs notice)
    {
        try
        {
            channels.GetValueOrDefault(notice.Channel)?.Invoke(notice.Payload);
        }
        catch (Exception failure)
        {
            // A notification that means nothing to this build must not cost it the connection.
            logger.LogWarning("A notification of {Domain} was not understood: {Failure}.", database.Name, FailurePlace.Of(failure));
        }
    }
}
