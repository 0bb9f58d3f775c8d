using System.Runtime.InteropServices;
using System.Text;

namespace Wya.Cli;

internal static class Program
{
    private const int BrokenPipeSignal = 13; // SIGPIPE
    private const int OutputBufferChars = 64 * 1024;

    private static async Task<int> Main(string[] arguments)
    {
        bool toTerminal = !Console.IsOutputRedirected;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.OutputEncoding = utf8;
        await using TextWriter output = toTerminal ? Console.Out : new StreamWriter(Console.OpenStandardOutput(), utf8, OutputBufferChars);

        // Whoever reads the output has gone, as `head` does: there is nobody left to work for.
        using var readerHasGone = new CancellationTokenSource();
        using PosixSignalRegistration? pipe = OperatingSystem.IsWindows() || toTerminal
            ? null
            : PosixSignalRegistration.Create((PosixSignal)BrokenPipeSignal, _ => readerHasGone.Cancel());

        var here = new Surroundings
        {
            Domains = Wya.Projections.Domains.All,
            Streams = StreamFold.All,
            Variable = Environment.GetEnvironmentVariable,
            Output = output,
            Error = Console.Error,
            OutputIsTerminal = toTerminal,
            Clock = TimeProvider.System,
        };
        return await CommandLine.Run(arguments, here, readerHasGone.Token).ConfigureAwait(false);
    }
}
