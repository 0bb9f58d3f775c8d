using System.Diagnostics;

namespace Wya.Testing;

/// <summary>One of the <c>serve.sh</c> of <c>eng/</c>, which start and stop servers for a test run.</summary>
internal static class ServeScript
{
    /// <param name="of">Its folder.</param>
    /// <exception cref="InvalidOperationException">It failed; the message holds what it said.</exception>
    public static async Task Run(string of, TimeSpan within, params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(AppContext.BaseDirectory, of, "serve.sh"), .. arguments]) { RedirectStandardError = true };
        using Process run = Process.Start(start)!;
        Task<string> said = run.StandardError.ReadToEndAsync(); // the servers that it leaves behind write to files of their own
        using var limit = new CancellationTokenSource(within);
        await run.WaitForExitAsync(limit.Token);
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{of} did not {arguments[0]}: {await said}");
        }
    }
}
