using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Wya.Testing.Redis;

/// <summary>
/// A few commands to one server, as the operator: what the application's user may not do. One connection, one command at a
/// time, and no library between, so that what is seen is what the server said.
/// </summary>
public sealed class RedisWire : IDisposable
{
    private readonly TcpClient client = new();
    private readonly BufferedStream stream;

    private RedisWire(int port)
    {
        client.Connect("127.0.0.1", port);
        client.NoDelay = true;
        client.ReceiveTimeout = 5000;
        stream = new BufferedStream(client.GetStream());
    }

    public static RedisWire Open(int port, string user, string password)
    {
        var wire = new RedisWire(port);
        wire.Ask("AUTH", user, password);
        return wire;
    }

    /// <summary>The answer as text; the parts of a list a line each.</summary>
    /// <exception cref="InvalidOperationException">The server refused; its words.</exception>
    public string Ask(params IReadOnlyList<string> command)
    {
        string answer = Send(command);
        return answer.StartsWith('-') ? throw new InvalidOperationException(answer[1..]) : answer;
    }

    /// <summary>Whether the server refuses the command because this user, or nobody at all, may give it.</summary>
    public bool IsForbidden(params IReadOnlyList<string> command) =>
        Send(command) is var answer
        && (answer.StartsWith("-NOPERM", StringComparison.Ordinal) || answer.StartsWith("-ERR DEBUG command not allowed", StringComparison.Ordinal));

    public bool IsRefused(params IReadOnlyList<string> command) => Send(command).StartsWith('-');

    public void Dispose()
    {
        stream.Dispose();
        client.Dispose();
    }

    private string Send(IReadOnlyList<string> command)
    {
        var text = new StringBuilder(string.Create(CultureInfo.InvariantCulture, $"*{command.Count}\r\n"));
        foreach (string part in command)
        {
            text.Append(CultureInfo.InvariantCulture, $"${Encoding.UTF8.GetByteCount(part)}\r\n{part}\r\n");
        }

        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
        stream.Flush();
        return Read();
    }

    private string Read()
    {
        string line = Line();
        switch (line[0])
        {
            case '+' or ':':
                return line[1..];
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                if (length < 0)
                {
                    return "";
                }

                byte[] bytes = new byte[length + 2];
                stream.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case '*':
                int count = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                return string.Join('\n', Enumerable.Range(0, Math.Max(count, 0)).Select(_ => Read()).ToList());
            default:
                return line; // an error, as it is
        }
    }

    private string Line()
    {
        var line = new StringBuilder();
        while (true)
        {
            int next = stream.ReadByte();
            switch (next)
            {
                case < 0:
                    throw new IOException("The server closed the connection.");
                case '\r':
                    stream.ReadByte();
                    return line.ToString();
                default:
                    line.Append((char)next);
                    break;
            }
        }
    }
}
