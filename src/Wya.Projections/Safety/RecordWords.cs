using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;

namespace Wya.Projections.Safety;

/// <summary>What a person reads of their own record: levels, parts and signals in plain words, with what would improve them.</summary>
public static class RecordWords
{
    public static string Of(RiskLevel level) => level switch
    {
        RiskLevel.Monitor => "All is well. Nothing is restricted.",
        RiskLevel.Guide => "Something was noticed of late. Nothing is restricted; now and then a kind word is shown.",
        RiskLevel.Intervene => "Enough was noticed that a moderator may want to look. Nothing is restricted unless a moderator decides it, and then you are told why.",
        RiskLevel.Protect => "A moderator looks at this first. Nothing is restricted unless a moderator decides it, and then you are told why.",
        _ => throw new ArgumentOutOfRangeException(nameof(level), level, null),
    };

    public static IReadOnlyList<MyRecordPart> Of(RiskParts parts) =>
    [
        new("signals", Risk.SignalsWeight, parts.Signals, "What was noticed of late. It fades by 5 % a day."),
        new("history", Risk.HistoryWeight, parts.History, "Decisions of moderators about you, as far as they stand. They fade by 5 % a day."),
        new("context", Risk.ContextWeight, parts.Context, "Reports that nobody has looked at yet. They weigh little, however many they are, and nothing once they are decided."),
        new("age", Risk.AgeWeight, parts.Age, "How new your account is. After 30 days it weighs nothing."),
    ];

    public static MyRecordSignal Of(SignalKind kind) => kind switch
    {
        SignalKind.Content => new(kind, "Something that you wrote looked as if it could hurt, or deceive.", "Edit or delete what you would not say to somebody's face."),
        SignalKind.MessageFlood => new(kind, "Many messages in a short time.", "Give people a moment to answer."),
        SignalKind.RequestFlood => new(kind, "Many people were asked, and few have answered.", "Ask a few, and wait."),
        SignalKind.ManyBlocks => new(kind, "Several people did not want to meet you any more.", "Leave people alone who do not answer, or have said no."),
        SignalKind.LocationAnomaly => new(kind, "Your place changed faster than anybody travels.", "Turn off what pretends another place."),
        SignalKind.CrossLayerAttempt => new(kind, "A person of another age layer was addressed.", "Talk to people whom you find here: they are of your own layer."),
        SignalKind.ReportFlood => new(kind, "Many reports in one day.", "Report what matters most; blocking takes effect at once."),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };
}
