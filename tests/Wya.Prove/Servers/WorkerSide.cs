using System.Text.Json;
using System.Threading.Channels;

namespace Wya.Prove.Servers;

/// <summary>The worker's end of <see cref="WorkerProcess"/>.</summary>
internal sealed class WorkerSide
{
    private readonly Channel<string> heard = Channel.CreateUnbounded<string>();
    private readonly Lock gate = new();

    private WorkerSide() { }

    /// <summary>Reads the plan, and from then on whatever the proof says; the process ends when the proof does.</summary>
    public static (WorkerSide Side, TPlan Plan) Begin<TPlan>()
    {
        var plan = JsonSerializer.Deserialize<TPlan>(Console.In.ReadLine() ?? throw new InvalidOperationException("A worker needs a plan."))!;
        var side = new WorkerSide();
        new Thread(() =>
        {
            while (Console.In.ReadLine() is { } line)
            {
                side.heard.Writer.TryWrite(line);
            }

            Environment.Exit(3);
        })
        { IsBackground = true, Name = "proof" }.Start();
        return (side, plan);
    }

    public void Say(string line)
    {
        lock (gate)
        {
            Console.Out.WriteLine(line);
            Console.Out.Flush();
        }
    }

    /// <summary>The rest of the next line that begins with the word.</summary>
    public async Task<string> Hear(string word)
    {
        await foreach (string line in heard.Reader.ReadAllAsync())
        {
            if (line == word || line.StartsWith(word + ' ', StringComparison.Ordinal))
            {
                return line[word.Length..].Trim();
            }
        }

        throw new InvalidOperationException("The proof has ended.");
    }
}
