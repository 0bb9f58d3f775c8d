using System.Net.Sockets;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>Which failures are of the moment (try again) and which are of the data or the code (they will come again).</summary>
public static class Faults
{
    /// <summary>Keys that cannot be had, a lost connection, a deadlock or serialization failure, a server short of resources or shutting down.</summary>
    public static bool IsTransient(Exception failure) => failure switch
    {
        PostgresException postgres => IsTransientState(postgres.SqlState),
        NpgsqlException npgsql => npgsql.InnerException is IOException or SocketException or TimeoutException or EndOfStreamException || npgsql.IsTransient,
        KeysUnavailableException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    private static bool IsTransientState(string state) =>
        state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
        || state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal);
}
