namespace Wya.Prove.Checking;

/// <summary>What a log has against its senders and its readers.</summary>
internal sealed record LogFindings
{
    /// <summary>Commands acknowledged to a sender.</summary>
    public long AcknowledgedCommands { get; init; }

    /// <summary>Events acknowledged to a sender.</summary>
    public long Acknowledged { get; init; }

    /// <summary>Acknowledged, and not in the log (or there with another content).</summary>
    public long Lost { get; init; }

    /// <summary>In the log more than once, by id or by mark.</summary>
    public long Doubled { get; init; }

    /// <summary>In another place than the sender's order, the stream's versions, or the acknowledgement says.</summary>
    public long OutOfOrder { get; init; }

    /// <summary>Refused or failed, and in the log all the same.</summary>
    public long RefusedButRecorded { get; init; }

    /// <summary>In the log, and sent by nobody.</summary>
    public long Foreign { get; init; }

    /// <summary>Recorded in part: some events of a command are in the log, and others are not.</summary>
    public long Torn { get; init; }

    /// <summary>Events whose sender was never told, and how many of them are in the log. Neither is a fault.</summary>
    public long Unknown { get; init; }

    public long UnknownButRecorded { get; init; }

    /// <summary>Places where positions are not 1, 2, 3 …</summary>
    public long PositionGaps { get; init; }

    /// <summary>Places where the versions of a stream are not 1, 2, 3 …</summary>
    public long VersionGaps { get; init; }

    public bool Holds => (Lost | Doubled | OutOfOrder | RefusedButRecorded | Foreign | Torn | PositionGaps | VersionGaps) == 0;

    /// <summary>All that a checker sees that looks at positions and versions only.</summary>
    public bool HoldsByPosition => (PositionGaps | VersionGaps) == 0;

    public static LogFindings Sum(LogFindings a, LogFindings b) => new()
    {
        AcknowledgedCommands = a.AcknowledgedCommands + b.AcknowledgedCommands,
        Acknowledged = a.Acknowledged + b.Acknowledged,
        Lost = a.Lost + b.Lost,
        Doubled = a.Doubled + b.Doubled,
        OutOfOrder = a.OutOfOrder + b.OutOfOrder,
        RefusedButRecorded = a.RefusedButRecorded + b.RefusedButRecorded,
        Foreign = a.Foreign + b.Foreign,
        Torn = a.Torn + b.Torn,
        Unknown = a.Unknown + b.Unknown,
        UnknownButRecorded = a.UnknownButRecorded + b.UnknownButRecorded,
        PositionGaps = a.PositionGaps + b.PositionGaps,
        VersionGaps = a.VersionGaps + b.VersionGaps,
    };

    public void Tell(Figures figures)
    {
        figures.Note("acknowledged_events", Acknowledged);
        figures.MustBe("lost", Lost, 0);
        figures.MustBe("doubled", Doubled, 0);
        figures.MustBe("out_of_order", OutOfOrder, 0);
        figures.MustBe("refused_but_recorded", RefusedButRecorded, 0);
        figures.MustBe("torn", Torn, 0);
        figures.MustBe("foreign", Foreign, 0);
        figures.MustBe("position_gaps", PositionGaps, 0);
        figures.MustBe("version_gaps", VersionGaps, 0);
        figures.Note("unknown", Unknown);
        figures.Note("unknown_recorded", UnknownButRecorded);
    }
}

/// <summary>What a reader has against the log that it followed.</summary>
internal readonly record struct ReaderFindings(long Missed, long Doubled, long OutOfOrder)
{
    public bool Holds => (Missed | Doubled | OutOfOrder) == 0;

    public static ReaderFindings operator +(ReaderFindings a, ReaderFindings b) => Add(a, b);

    public static ReaderFindings Add(ReaderFindings a, ReaderFindings b) =>
        new(a.Missed + b.Missed, a.Doubled + b.Doubled, a.OutOfOrder + b.OutOfOrder);
}
