using System.Diagnostics;

namespace Wya.Testing;

/// <summary>Waits for a condition, never for a time; the limit only ends a wait that would never end.</summary>
public static class Eventually
{
    public static async Task Is(Func<Task<bool>> condition, string what, int limitSeconds = 60)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > limitSeconds)
            {
                throw new TimeoutException($"Not within {limitSeconds} s: {what}.");
            }

            await Task.Delay(10);
        }
    }

    public static Task Is(Func<bool> condition, string what, int limitSeconds = 60) =>
        Is(() => Task.FromResult(condition()), what, limitSeconds);
}
