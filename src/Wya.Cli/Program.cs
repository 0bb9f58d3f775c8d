using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Wya.Cli;

internal static class Program
{
    private const int OutputBufferChars = 64 * 1024;

    private static Task<int> Main(string[] arguments)
    {
        bool toTerminal = !Console.IsOutputRedirected;
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        Console.OutputEncoding = utf8;
        return CommandLine.Run(arguments, new Surroundings
        {
            Domains = Wya.Cli.Settings.Domains(Environment.GetEnvironmentVariable),
            Streams = Wya.Projections.StreamFold.All,
            Variable = Environment.GetEnvironmentVariable,
            Input = Console.In,
            Output = toTerminal ? Console.Out : new StreamWriter(RedirectedOutput(), utf8, OutputBufferChars),
            Error = Console.Error,
            OutputIsTerminal = toTerminal,
            Clock = TimeProvider.System,
        });
    }

    /// <summary>
    /// The console's own stream does not tell when the reader of a pipe has gone, as `head` does, and a long replay would
    /// go on for nobody. A file is left to the console, because other commands may write to the same one.
    /// </summary>
    private static Stream RedirectedOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            var output = new FileStream(new SafeFileHandle(1, ownsHandle: false), FileAccess.Write, bufferSize: 0);
            if (!output.CanSeek)
            {
                return output;
            }
        }

        return Console.OpenStandardOutput();
    }
}
