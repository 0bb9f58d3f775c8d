using System.Diagnostics;

namespace Wya.Testing;

/// <summary>Waits for a condition, never for a time; the limit only ends a wait that would never end.</summary>
public static class Eventually
{
    private const int LimitSeconds = 180;
    private const int FirstMilliseconds = 5;
    private const int SlowestMilliseconds = 50; // who looks more often keeps busy what is waited for

    /// <param name="seen">What else there is to say when it did not come true.</param>
    public static async Task Is(Func<Task<bool>> condition, string what, Func<string>? seen = null)
    {
        long start = Stopwatch.GetTimestamp();
        int pause = FirstMilliseconds;
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > LimitSeconds)
            {
                throw new TimeoutException($"Not within {LimitSeconds} s: {what}. {seen?.Invoke()}");
            }

            await Task.Delay(pause);
            pause = Math.Min(pause * 2, SlowestMilliseconds);
        }
    }

    public static Task Is(Func<bool> condition, string what) => Is(() => Task.FromResult(condition()), what);
}
