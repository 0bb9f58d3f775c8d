using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>What a log was when it was looked at.</summary>
/// <param name="Head">The position of its last event.</param>
/// <param name="Bytes">Of its events and streams, with their indexes.</param>
/// <param name="DatabaseBytes">Of the whole database: the log, the read models, and what rebuilds keep.</param>
internal sealed record LogFigures(string Domain, long Head, long Bytes, long DatabaseBytes);

/// <summary>Everything that follows a log, and the logs, at one moment.</summary>
/// <param name="Logs">Of the databases that answered.</param>
/// <param name="Consumers">Likewise.</param>
internal sealed record SystemSample(
    DateTimeOffset At, IReadOnlyDictionary<string, LogFigures> Logs, IReadOnlyDictionary<string, ProjectionStatus> Consumers);
