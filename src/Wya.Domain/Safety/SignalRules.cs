using System.Globalization;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety.Events;
using Wya.EventStore;

namespace Wya.Domain.Safety;

/// <summary>From when on something is noticed, and what it weighs. One table; none of it restricts anybody.</summary>
public static class SignalRules
{
    /// <summary>Messages of one person to one conversation within <see cref="FloodWithin"/>.</summary>
    public const int MessagesToOneMax = 30;

    /// <summary>Messages of one person within <see cref="FloodWithin"/>.</summary>
    public const int MessagesMax = 100;

    /// <summary>Requests of one person that wait for an answer, or were declined, made within <see cref="RequestsWithin"/>.</summary>
    public const int RequestsMax = 20;

    /// <summary>Requests of one person that were declined within <see cref="DeclinesWithin"/>.</summary>
    public const int DeclinesMax = 7;

    /// <summary>Different people who have blocked one within <see cref="BlocksWithin"/>.</summary>
    public const int BlocksMax = 4;

    /// <summary>In so many slots a flood is counted: a minute, and up to ten seconds less.</summary>
    public const int FloodSlots = 6;

    public static readonly TimeSpan FloodSlot = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan FloodWithin = FloodSlots * FloodSlot;
    public static readonly TimeSpan RequestsWithin = TimeSpan.FromDays(1);
    public static readonly TimeSpan DeclinesWithin = TimeSpan.FromDays(7);
    public static readonly TimeSpan BlocksWithin = TimeSpan.FromDays(30);
    public static readonly TimeSpan ReportsWithin = TimeSpan.FromDays(1);

    public static bool IsMessageFlood(int toOne, int toAll) => toOne > MessagesToOneMax || toAll > MessagesMax;

    public static bool IsRequestFlood(int waiting, int declined) => waiting > RequestsMax || declined > DeclinesMax;

    public static bool AreManyBlocks(int blockers) => blockers > BlocksMax;

    public static bool IsReportFlood(int reports) => reports > SafetyPolicy.ReportsADayBeforeGrouping;

    /// <summary>A scanner's rules have weights of their own.</summary>
    public static double WeightOf(SignalKind kind) => kind switch
    {
        SignalKind.MessageFlood or SignalKind.RequestFlood or SignalKind.ReportFlood or SignalKind.CrossLayerAttempt => 0.4,
        SignalKind.ManyBlocks => 0.3,
        SignalKind.LocationAnomaly => 0.2,
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    public static long SlotOf(DateTimeOffset time) => time.UtcTicks / FloodSlot.Ticks;

    /// <summary>
    /// The command under which it is recorded: what goes on is noticed once an hour, and blocks once a day, however many
    /// look, on however many nodes.
    /// </summary>
    public static Guid IdOf(UserId user, SignalKind kind, DateTimeOffset at)
    {
        TimeSpan period = kind == SignalKind.ManyBlocks ? TimeSpan.FromDays(1) : TimeSpan.FromHours(1);
        return EventIds.ForCommand("system", $"signal {kind}", string.Create(CultureInfo.InvariantCulture, $"{user} {at.UtcTicks / period.Ticks}"));
    }
}
