using System.Diagnostics;

namespace Wya.Prove;

/// <summary>Waits for a condition, never for a time; the limit only ends a wait that would never end.</summary>
internal static class Wait
{
    public static async Task Until(Func<Task<bool>> condition, string what, int limitSeconds, CancellationToken ct)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            if (Stopwatch.GetElapsedTime(start).TotalSeconds > limitSeconds)
            {
                throw new TimeoutException($"Not within {limitSeconds} s: {what}.");
            }

            await Task.Delay(20, ct);
        }
    }
}
