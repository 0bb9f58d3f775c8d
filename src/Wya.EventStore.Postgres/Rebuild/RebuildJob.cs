using Npgsql;

namespace Wya.EventStore.Postgres;

public enum RebuildKind
{
    /// <summary>Fills new tables from the whole log and puts them in the place of the live ones.</summary>
    Rebuild,

    /// <summary>Puts the tables that the last swap replaced back in their place.</summary>
    SwitchBack,
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

    /// <summary>Whether it pauses before the swap when the comparison finds a difference.</summary>
    public required bool HoldOnDifference { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset RequestedAt { get; init; }

    /// <summary>Who last paused, resumed or cancelled it.</summary>
    public required string? ChangedBy { get; init; }

    public required DateTimeOffset? StartedAt { get; init; }

    public required DateTimeOffset? FinishedAt { get; init; }

    /// <summary>Since a worker last took it up.</summary>
    public required double? EventsASecond { get; init; }

    /// <summary>The process that last took it up.</summary>
    public required string? Worker { get; init; }

    /// <summary>What it waits for, and what an operator can do about it.</summary>
    public required string? Explanation { get; init; }

    /// <summary>Why it failed: projection, position and kind of error, never data.</summary>
    public required string? Error { get; init; }

    /// <summary>Rises with every worker that takes the job up; a worker of an earlier run can write nothing any more.</summary>
    internal long Run { get; init; }

    public bool IsActive => State is RebuildState.Running or RebuildState.Paused;

    public long EventsLeft => IsActive ? Math.Max(0, Target - Position) : 0;

    /// <summary>At the present speed; null when nothing is known about it or nothing is left to wait for.</summary>
    public TimeSpan? TimeLeft => State == RebuildState.Running && EventsASecond > 0 ? TimeSpan.FromSeconds(EventsLeft / EventsASecond.Value) : null;

    internal const string Columns =
        "id, projection, kind, state, step, position, target, swap_position, retired_position, rows_differing, hold_on_difference, "
        + "requested_by, requested_at, changed_by, started_at, finished_at, events_a_second, worker, explanation, error, run";

    internal static RebuildJob Read(NpgsqlDataReader reader) => new()
    {
        Id = reader.GetGuid(0),
        Projection = reader.GetString(1),
        Kind = reader.GetString(2) == "rebuild" ? RebuildKind.Rebuild : RebuildKind.SwitchBack,
        State = Enum.Parse<RebuildState>(reader.GetString(3), ignoreCase: true),
        Step = Enum.Parse<RebuildStep>(reader.GetString(4), ignoreCase: true),
        Position = reader.GetInt64(5),
        Target = reader.GetInt64(6),
        SwapPosition = Value<long>(reader, 7),
        RetiredPosition = Value<long>(reader, 8),
        RowsDiffering = Value<long>(reader, 9),
        HoldOnDifference = reader.GetBoolean(10),
        RequestedBy = reader.GetString(11),
        RequestedAt = new DateTimeOffset(reader.GetDateTime(12)),
        ChangedBy = Text(reader, 13),
        StartedAt = Value<DateTime>(reader, 14),
        FinishedAt = Value<DateTime>(reader, 15),
        EventsASecond = Value<double>(reader, 16),
        Worker = Text(reader, 17),
        Explanation = Text(reader, 18),
        Error = Text(reader, 19),
        Run = reader.GetInt64(20),
    };

    private static T? Value<T>(NpgsqlDataReader reader, int column)
        where T : struct =>
        reader.IsDBNull(column) ? null : reader.GetFieldValue<T>(column);

    private static string? Text(NpgsqlDataReader reader, int column) => reader.IsDBNull(column) ? null : reader.GetString(column);
}
