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
        // Of several hosts each may have failed in its own way; where none was even asked, none could be the one that is wanted.
        NpgsqlException { InnerException: AggregateException } => true,
        NpgsqlException { InnerException: null } bare when bare.GetType() == typeof(NpgsqlException) => true,
        NpgsqlException npgsql => npgsql.InnerException is IOException or SocketException or TimeoutException or EndOfStreamException || npgsql.IsTransient,
        KeysUnavailableException or IOException or SocketException or TimeoutException => true,
        _ => false,
    };

    /// <summary>
    /// A store or its keys cannot be had, are not migrated yet, or did not say what became of it: who works in the background
    /// waits, and tries again. A bare time-out is what the first connection of a pool ends with on a busy server.
    /// </summary>
    public static bool IsAway(Exception failure) =>
        failure is NpgsqlException or TimeoutException or StoreUnavailableException or OutcomeUnknownException or KeysUnavailableException;

    /// <summary>It came to a primary whose epoch has ended, and to no other.</summary>
    public static bool IsFenced(Exception? failure) => failure switch
    {
        null => false,
        PrimaryFencedException => true,
        AggregateException several => several.InnerExceptions.Any(IsFenced),
        _ => IsFenced(failure.InnerException),
    };

    private static bool IsTransientState(string state) =>
        state is PostgresErrorCodes.SerializationFailure or PostgresErrorCodes.DeadlockDetected or PostgresErrorCodes.LockNotAvailable
        || state.StartsWith("08", StringComparison.Ordinal)
        || state.StartsWith("53", StringComparison.Ordinal)
        || state.StartsWith("57", StringComparison.Ordinal);
}
