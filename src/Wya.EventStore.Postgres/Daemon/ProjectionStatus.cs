namespace Wya.EventStore.Postgres;

/// <summary>How a consumer stands, as its databases tell it to any process.</summary>
/// <param name="Domain">Whose database holds its position and rows.</param>
/// <param name="Source">Whose log it follows.</param>
/// <param name="Position">The last event that counts for it.</param>
/// <param name="Head">The last event of the log.</param>
/// <param name="LagSeconds">Age of the oldest event after the position; 0 when there is none.</param>
/// <param name="State"><c>running</c>, <c>paused</c>, <c>standing_still</c> (see <paramref name="Error"/>) or <c>never_run</c>.</param>
/// <param name="Leader">The process that led last.</param>
/// <param name="Parked">Streams set aside that will be retried.</param>
/// <param name="Dead">Streams set aside for an operator.</param>
/// <param name="Error">Why it stands still.</param>
/// <param name="UpdatedAt">When its position last moved.</param>
public sealed record ProjectionStatus(
    string Name,
    string Domain,
    string Source,
    long Position,
    long Head,
    double LagSeconds,
    string State,
    string? Leader,
    long Parked,
    long Dead,
    string? Error,
    DateTimeOffset? UpdatedAt)
{
    public long LagEvents => Math.Max(0, Head - Position);
}
