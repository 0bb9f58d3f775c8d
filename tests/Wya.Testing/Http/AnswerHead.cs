using System.Buffers.Text;
using System.Text;

namespace Wya.Testing.Http;

/// <summary>The status line and the headers of an answer, as much of them as a client must know to find its body.</summary>
/// <param name="Bytes">How many there are before the body.</param>
/// <param name="Length">Of the body, where it is said.</param>
internal readonly record struct AnswerHead(int Bytes, int Status, int Length, bool IsChunked)
{
    private static ReadOnlySpan<byte> End => "\r\n\r\n"u8;

    /// <summary>Leaves everything where it is.</summary>
    public static async ValueTask<AnswerHead> Read(ReceivedBytes received, CancellationToken ct)
    {
        int searched = 0;
        while (true)
        {
            int at = received.Waiting.Span[searched..].IndexOf(End);
            if (at >= 0)
            {
                return Parse(received.Waiting.Span[..(searched + at + End.Length)]);
            }

            searched = Math.Max(0, received.Waiting.Length - (End.Length - 1));
            await received.Receive(ct);
        }
    }

    /// <summary>The value of the first header of this name, or null.</summary>
    public static string? Find(ReadOnlySpan<byte> head, string name)
    {
        foreach (Range range in Lines(head))
        {
            ReadOnlySpan<byte> line = head[range];
            int colon = line.IndexOf((byte)':');
            if (colon == name.Length && Ascii.EqualsIgnoreCase(line[..colon], name))
            {
                return Encoding.Latin1.GetString(line[(colon + 1)..]).Trim();
            }
        }

        return null;
    }

    private static AnswerHead Parse(ReadOnlySpan<byte> head)
    {
        if (!head.StartsWith("HTTP/1.1 "u8) || !Utf8Parser.TryParse(head[9..], out int status, out _))
        {
            throw new IOException("What answers does not speak HTTP/1.1.");
        }

        int length = 0;
        bool isChunked = false;
        foreach (Range range in Lines(head))
        {
            ReadOnlySpan<byte> line = head[range];
            if (line.Length > 15 && Ascii.EqualsIgnoreCase(line[..15], "content-length:"u8))
            {
                if (!Utf8Parser.TryParse(line[15..].TrimStart((byte)' '), out length, out _))
                {
                    throw new IOException("An answer has no number as its length.");
                }
            }
            else if (line.Length > 18 && Ascii.EqualsIgnoreCase(line[..18], "transfer-encoding:"u8))
            {
                isChunked = true;
            }
        }

        return new AnswerHead(head.Length, status, length, isChunked);
    }

    private static LineRanges Lines(ReadOnlySpan<byte> head) => new(head);

    private ref struct LineRanges(ReadOnlySpan<byte> head)
    {
        private readonly ReadOnlySpan<byte> head = head;
        private int next;

        public Range Current { get; private set; }

        public readonly LineRanges GetEnumerator() => this;

        public bool MoveNext()
        {
            int length = head[next..].IndexOf("\r\n"u8);
            if (length <= 0)
            {
                return false;
            }

            Current = next..(next + length);
            next += length + 2;
            return true;
        }
    }
}
