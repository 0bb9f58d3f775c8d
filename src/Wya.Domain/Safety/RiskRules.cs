namespace Wya.Domain.Safety;

/// <summary>What a signal weighs, and how that fades: a thing of its own, because a case's state is folded by it.</summary>
public static class RiskRules
{
    /// <summary>What is left after a day.</summary>
    public const double KeptADay = 0.95;

    /// <summary>Another signal of a kind takes a part of what is left to 1, so that no number of them leads beyond it.</summary>
    public static SignalWeight Add(SignalWeight? before, double weight, DateTimeOffset at, double keptADay = KeptADay)
    {
        DateTimeOffset from = before is { } known && known.At > at ? known.At : at; // what is told late counts when it is told
        double faded = before is null ? 0 : ValueAt(before, from, keptADay);
        return new SignalWeight(faded + ((1 - faded) * Math.Clamp(weight, 0, 1)), from);
    }

    public static double ValueAt(SignalWeight signal, DateTimeOffset time, double keptADay = KeptADay) =>
        signal.Value * Math.Pow(keptADay, Math.Max(0, (time - signal.At).TotalDays));
}
