using System.Buffers;
using System.Text;

namespace Wya.Prove.Traces;

/// <summary>Looks for any of many marks in files, byte by byte, whatever the files hold. One file at a time.</summary>
internal sealed class MarkSearch
{
    private const int ChunkBytes = 1024 * 1024;

    // A character a byte, so that any bytes are text and the library's search for many words does the work.
    private readonly SearchValues<string> words;
    private readonly int longest;
    private readonly byte[] chunk;
    private readonly char[] text;

    public MarkSearch(IReadOnlyCollection<byte[]> marks)
    {
        words = SearchValues.Create([.. marks.Select(Encoding.Latin1.GetString)], StringComparison.Ordinal);
        longest = marks.Max(mark => mark.Length);
        chunk = new byte[ChunkBytes + longest];
        text = new char[chunk.Length];
    }

    public long BytesSearched { get; private set; }

    public async Task<long> InFolder(string folder, CancellationToken ct)
    {
        long hits = 0;
        foreach (string file in Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true }))
        {
            hits += await InFile(file, ct);
        }

        return hits;
    }

    public async Task<long> InFile(string file, CancellationToken ct)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        int kept = 0;
        long hits = 0;
        while (await stream.ReadAtLeastAsync(chunk.AsMemory(kept, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, ct) is > 0 and var read)
        {
            BytesSearched += read;
            hits += In(chunk.AsSpan(0, kept + read));

            // A mark that lies over the border is found with the next chunk; one that ends before it was counted already.
            int carried = Math.Min(longest - 1, kept + read);
            hits -= In(chunk.AsSpan(kept + read - carried, carried));
            chunk.AsSpan(kept + read - carried, carried).CopyTo(chunk);
            kept = carried;
        }

        return hits + In(chunk.AsSpan(0, kept));
    }

    public long In(string said) => Count(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(said)));

    private long In(ReadOnlySpan<byte> bytes) => Count(text.AsSpan(0, Encoding.Latin1.GetChars(bytes, text)));

    private long Count(ReadOnlySpan<char> said)
    {
        long hits = 0;
        while (said.IndexOfAny(words) is >= 0 and var at)
        {
            hits++;
            said = said[(at + 1)..];
        }

        return hits;
    }
}
