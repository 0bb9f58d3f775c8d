namespace Wya.EventStore.Tests.Encryption;

/// <summary>A stream for the tests of sealed values: what several people said, in one event.</summary>
[EventType("diary.written")]
public sealed record DiaryWritten(Sensitive<string> Title, IReadOnlyList<Line> Lines, Sensitive<DateOnly>? Day = null);

public sealed record Line(Sensitive<string> Words, int Number);

[EventType("diary.closed")]
public sealed record DiaryClosed;

public sealed record Diary(int Entries, bool IsClosed)
{
    public static EventTypeMap Types { get; } = EventTypeMap.From([typeof(DiaryWritten), typeof(DiaryClosed)]);

    public static StreamType<Diary, object> Stream { get; } = new(
        "diary",
        new Diary(0, false),
        (diary, fact) => fact is DiaryWritten ? diary with { Entries = diary.Entries + 1 } : diary with { IsClosed = true },
        fact => fact is DiaryWritten written ? [$"title:{written.Title.ValueOr("")}"] : []);

    public static DiaryWritten Written(Guid author, Guid other, string text) => new(
        new Sensitive<string>(author, text + " title"),
        [new Line(new Sensitive<string>(author, text + " mine"), 1), new Line(new Sensitive<string>(other, text + " theirs"), 2)],
        new Sensitive<DateOnly>(author, new DateOnly(1987, 3, 4)));
}
