using System.Text.Json;
using Npgsql;

namespace Wya.EventStore.Postgres;

public enum RebuildKind
{
    /// <summary>Fills new tables from the whole log and puts them in the place of the live ones.</summary>
    Rebuild,

    /// <summary>Puts the tables that the last swap replaced back in their place.</summary>
    SwitchBack,

    /// <summary>Folds some rows anew and writes those that differ into the live tables.</summary>
    Rows,
}

public enum RebuildState
{
    Running,
    Paused,
    Cancelled,
    Done,
    Failed,
}

public enum RebuildStep
{
    /// <summary>No worker has taken it up yet.</summary>
    Waiting,
    Replaying,
    Comparing,
    Swapping,
    Finished,
}

/// <summary>One rebuild or switch-back, as an operator sees it: a row of <c>wya_rebuilds</c>.</summary>
public sealed record RebuildJob
{
    public required Guid Id { get; init; }

    /// <summary>The same for read models that are swapped in one transaction.</summary>
    public required Guid SetId { get; init; }

    /// <summary>The read model's name.</summary>
    public required string Projection { get; init; }

    public required RebuildKind Kind { get; init; }

    public required RebuildState State { get; init; }

    public required RebuildStep Step { get; init; }

    /// <summary>How far in the log the tables that are being filled are.</summary>
    public required long Position { get; init; }

    /// <summary>How far they must get, when last looked at.</summary>
    public required long Target { get; init; }

    /// <summary>Where in the log the tables were exchanged; null until then.</summary>
    public required long? SwapPosition { get; init; }

    /// <summary>Position of the tables that the swap replaced, while they are kept; a switch back starts from there.</summary>
    public required long? RetiredPosition { get; init; }

    /// <summary>Rows that were not the same in the live and the new tables at equal position; null if not compared.</summary>
    public required long? RowsDiffering { get; init; }

    /// <summary>The same by table; null if not compared.</summary>
    public required IReadOnlyList<TableDifference>? Difference { get; init; }

    /// <summary>Of what differs: to be named by who approves it. Null when nothing does.</summary>
    public required string? Fingerprint { get; init; }

    public required string? ApprovedBy { get; init; }

    /// <summary>For single rows: <c>stream:…</c> or <c>key:…</c>.</summary>
    public required string? Scope { get; init; }

    public required string RequestedBy { get; init; }

    public required string Reason { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Who last paused, resumed or cancelled it.</summary>
    public required string? ChangedBy { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Since a worker last took it up.</summary>
    public required double? EventsASecond { get; init; }

    /// <summary>The limit that an operator has set.</summary>
    public required int? EventsASecondMax { get; init; }

    /// <summary>How long it was forecast to take when it was ordered; null when no forecast was made.</summary>
    public required double? ExpectedSeconds { get; init; }

    /// <summary>The process that last took it up.</summary>
    public required string? Worker { get; init; }

    /// <summary>What it waits for, and what an operator can do about it.</summary>
    public required string? Explanation { get; init; }

    /// <summary>Why it failed: projection, position and kind of error, never data.</summary>
    public required string? Error { get; init; }

    /// <summary>Rises with every worker that takes the job up; a worker of an earlier run can write nothing any more.</summary>
    internal long Run { get; init; }

    /// <summary>The difference that was approved.</summary>
    internal IReadOnlyList<TableDifference>? Approved { get; init; }

    /// <summary>Paused because rows differ: it goes on once somebody approves it.</summary>
    public bool IsHeld => State == RebuildState.Paused && RowsDiffering > 0 && Approved is null;

    public bool IsActive => State is RebuildState.Running or RebuildState.Paused;

    public long EventsLeft => IsActive ? Math.Max(0, Target - Position) : 0;

    /// <summary>At the present speed; null when nothing is known about it or nothing is left to wait for.</summary>
    public TimeSpan? TimeLeft => State == RebuildState.Running && EventsASecond > 0 ? TimeSpan.FromSeconds(EventsLeft / EventsASecond.Value) : null;

    internal const string Columns =
        "id, projection, kind, state, step, position, target, swap_position, retired_position, rows_differing, "
        + "requested_by, requested_at, changed_by, started_at, finished_at, events_a_second, worker, explanation, error, run, set_id, scope, reason, events_a_second_max, expected_seconds, difference::text, fingerprint, approved::text, approved_by";

    internal static RebuildJob Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Projection = reader.GetString(1),
        Kind = reader.GetString(2) switch { "rebuild" => RebuildKind.Rebuild, "rows" => RebuildKind.Rows, _ => RebuildKind.SwitchBack },
        State = Enum.Parse<RebuildState>(reader.GetString(3), ignoreCase: true),
        Step = Enum.Parse<RebuildStep>(reader.GetString(4), ignoreCase: true),
        Position = reader.GetInt64(5),
        Target = reader.GetInt64(6),
        SwapPosition = Value<long>(reader, 7),
        RetiredPosition = Value<long>(reader, 8),
        RowsDiffering = Value<long>(reader, 9),
        RequestedBy = reader.GetString(10),
        RequestedAt = new DateTimeOffset(reader.GetDateTime(11)),
        ChangedBy = Text(reader, 12),
        StartedAt = Value<DateTime>(reader, 13),
        FinishedAt = Value<DateTime>(reader, 14),
        EventsASecond = Value<double>(reader, 15),
        Worker = Text(reader, 16),
        Explanation = Text(reader, 17),
        Error = Text(reader, 18),
        Run = reader.GetInt64(19),
        SetId = reader.GetGuid(20),
        Scope = Text(reader, 21),
        Reason = reader.GetString(22),
        EventsASecondMax = Value<int>(reader, 23),
        ExpectedSeconds = Value<double>(reader, 24),
        Difference = Tables(reader, 25),
        Fingerprint = Text(reader, 26),
        Approved = Tables(reader, 27),
        ApprovedBy = Text(reader, 28),
    };

    private static T? Value<T>(NpgsqlDataReader reader, int column)
        where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    private static IReadOnlyList<TableDifference>? Tables(NpgsqlDataReader reader, int column) =>
        reader.IsDBNull(column) ? null : JsonSerializer.Deserialize<IReadOnlyList<TableDifference>>(reader.GetString(column), EventJson.Options);

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
