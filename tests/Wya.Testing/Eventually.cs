using System.Diagnostics;

namespace Wya.Testing;

/// <summary>Waits for a condition, never for a time; the limit only ends a wait that would never end.</summary>
public static class Eventually
{
    private const int LimitSeconds = 180;
    private const int FirstMilliseconds = 5;
    private const int SlowestMilliseconds = 50; // who looks more often keeps busy what is waited for

    public static async Task Is(Func<Task<bool>> condition, string what)
    {
        long start = Stopwatch.GetTimestamp();
        int pause = FirstMilliseconds;
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > LimitSeconds)
            {
                throw new TimeoutException($"Not within {LimitSeconds} s: {what}.");
            }

            await Task.Delay(pause);
            pause = Math.Min(pause * 2, SlowestMilliseconds);
        }
    }

    public static Task Is(Func<bool> condition, string what) => Is(() => Task.FromResult(condition()), what);
}
