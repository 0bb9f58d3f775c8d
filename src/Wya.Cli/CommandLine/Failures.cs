using Npgsql;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// One sentence for a failure that no verb foresaw. Never a message of a server or a library, which may quote data, a
/// password or a connection string, unless it is one of our own.
/// </summary>
internal static class Failures
{
    public static string Sentence(Exception failure) => failure switch
    {
        UnreadableEventException unreadable => $"{unreadable.Message} A newer build wrote it; use that build's wya.",
        PostgresException postgres => $"The database refused: {OfState(postgres.SqlState)}.",
        NpgsqlException or TimeoutException => "The database does not answer.",
        _ => $"wya failed where it should not ({failure.GetType().Name}); please report this with the command that you gave.",
    };

    /// <summary>Why a domain's database cannot be used, and what to do.</summary>
    public static string Sentence(Exception failure, string domain) => failure switch
    {
        PostgresException postgres => $"The {domain} database refused: {OfState(postgres.SqlState)}.",
        _ => $"The {domain} database does not answer; is its server up, and is {Settings.Variable(domain)} right?",
    };

    private static string OfState(string state) => state switch
    {
        PostgresErrorCodes.InvalidPassword or PostgresErrorCodes.InvalidAuthorizationSpecification =>
            "the role or its password is wrong",
        PostgresErrorCodes.InvalidCatalogName => "it does not exist; run wya migrate first",
        PostgresErrorCodes.UndefinedTable or PostgresErrorCodes.InvalidSchemaName or PostgresErrorCodes.UndefinedFunction =>
            "it has not been migrated for this build; run wya migrate first",
        PostgresErrorCodes.InsufficientPrivilege => "the role may not do this",
        PostgresErrorCodes.CannotConnectNow => "it is starting up or shutting down; try again",
        PostgresErrorCodes.TooManyConnections => "it has no connection to spare; try again",
        PostgresErrorCodes.LockNotAvailable => "somebody else holds what this needs; try again",
        _ => $"SQLSTATE {state}",
    };
}
