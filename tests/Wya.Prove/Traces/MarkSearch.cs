using System.Buffers;
using System.Text;

namespace Wya.Prove.Traces;

/// <summary>Looks for any of many marks in files, byte by byte, whatever the files hold.</summary>
internal sealed class MarkSearch(IReadOnlyCollection<byte[]> marks)
{
    private const int ChunkBytes = 4 * 1024 * 1024;

    // A character a byte, so that any bytes are text and the library's search for many words does the work.
    private readonly SearchValues<string> words = SearchValues.Create([.. marks.Select(Encoding.Latin1.GetString)], StringComparison.Ordinal);
    private readonly int longest = marks.Max(mark => mark.Length);

    public int Marks => marks.Count;

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
        byte[] chunk = new byte[ChunkBytes + longest];
        int kept = 0;
        long hits = 0;
        while (await stream.ReadAtLeastAsync(chunk.AsMemory(kept, ChunkBytes), ChunkBytes, throwOnEndOfStream: false, ct) is > 0 and var read)
        {
            BytesSearched += read;
            hits += In(chunk.AsSpan(0, kept + read), from: 0);

            // A mark that lies over the border is found with the next chunk; one that ends before it was counted already.
            int carried = Math.Min(longest - 1, kept + read);
            hits -= In(chunk.AsSpan(kept + read - carried, carried), from: 0);
            chunk.AsSpan(kept + read - carried, carried).CopyTo(chunk);
            kept = carried;
        }

        return hits + In(chunk.AsSpan(0, kept), from: 0);
    }

    public long In(string text) => In(Encoding.UTF8.GetBytes(text), from: 0);

    private long In(ReadOnlySpan<byte> bytes, int from)
    {
        ReadOnlySpan<char> text = Encoding.Latin1.GetString(bytes[from..]);
        long hits = 0;
        while (text.IndexOfAny(words) is >= 0 and var at)
        {
            hits++;
            text = text[(at + 1)..];
        }

        return hits;
    }
}
