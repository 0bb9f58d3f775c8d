using Wya.Domain.Safety.Events;

namespace Wya.Domain.Safety;

/// <param name="Title">A few words.</param>
/// <param name="Text">Two or three sentences: what was noticed, that nothing is restricted, and what would help.</param>
public sealed record KindWord(InterventionKind Kind, string Title, string Text);

/// <summary>What is said to somebody, and to nobody else, when something of theirs was noticed: before anything is decided, and instead of it where it helps.</summary>
public static class KindWords
{
    public static readonly TimeSpan ShownEvery = TimeSpan.FromDays(1);

    public static IReadOnlyList<KindWord> All { get; } =
    [
        new(
            InterventionKind.SlowDown,
            "One thing at a time",
            "You have written to people quickly, or to many at once. Nothing is restricted. Most people answer sooner when they are given a moment: wait for a reply before you write again."),
        new(
            InterventionKind.MindTheTone,
            "How it may sound",
            "Something that you wrote may hurt the people who read it. Nothing is restricted, and nobody else is told. You can edit or delete it, and say it otherwise."),
        new(
            InterventionKind.RespectDistance,
            "Give people room",
            "Some people seem to want more distance than they have. Nothing is restricted. If somebody does not answer, or has said no, leave it at that: there are others around who would like to talk."),
        new(
            InterventionKind.ReportWithCare,
            "Thank you for looking out",
            "You have reported a lot today. Every report is read by a person, so they wait together until somebody has looked. If you are in danger, please call your local emergency number; blocking takes effect at once."),
    ];

    public static KindWord Of(InterventionKind kind) => All.Single(word => word.Kind == kind);

    public static InterventionKind For(SignalKind kind) => kind switch
    {
        SignalKind.Content => InterventionKind.MindTheTone,
        SignalKind.MessageFlood or SignalKind.RequestFlood => InterventionKind.SlowDown,
        SignalKind.ManyBlocks or SignalKind.CrossLayerAttempt or SignalKind.LocationAnomaly => InterventionKind.RespectDistance,
        SignalKind.ReportFlood => InterventionKind.ReportWithCare,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
