using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>
/// An event as the chain covers it. Its bytes are those that <c>wya_entry</c> makes: numbers big-endian, a text as its length
/// in UTF-8 (4 bytes, -1 for null) and the UTF-8.
/// <code>
/// "wya-entry-1" position:8 day:4 type:text data:text context:32
/// context = SHA-256(salt:16 id:16 stream:16 version:8 time:8 tenant:text dotnet_type:text correlation:text causation:text headers:text bdata:bytes)
/// </code>
/// </summary>
/// <param name="Day">Since the first of January 2000, UTC.</param>
/// <param name="Type">As stored, with the version's suffix.</param>
/// <param name="Data">The stored JSON as PostgreSQL gives it back.</param>
/// <param name="Context">A digest under a salt: an entry can be shown without saying who acted, and when to the second.</param>
public sealed record ChainEntry(long Position, int Day, string Type, string Data, ReadOnlyMemory<byte> Context)
{
    private const long MicrosecondsADay = 86_400_000_000;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Format => "wya-entry-1"u8;

    public DateOnly Date => new DateOnly(2000, 1, 1).AddDays(Day);

    /// <param name="microseconds">Since the first of January 2000, UTC.</param>
    public static int DayOf(long microseconds) => (int)Math.Floor((decimal)microseconds / MicrosecondsADay);

    public static byte[] ContextOf(
        Guid salt, Guid id, Guid stream, long version, long microseconds, IEnumerable<string?> texts, byte[]? bdata)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        Write(buffer, salt);
        Write(buffer, id);
        Write(buffer, stream);
        Write(buffer, version);
        Write(buffer, microseconds);
        foreach (string? text in texts)
        {
            Write(buffer, text is null ? null : Utf8.GetBytes(text));
        }

        Write(buffer, bdata);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        buffer.Write(Format);
        Write(buffer, Position);
        Write(buffer, Day);
        Write(buffer, Utf8.GetBytes(Type));
        Write(buffer, Utf8.GetBytes(Data));
        buffer.Write(Context.Span);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null for bytes that are no entry, or more than one.</summary>
    public static ChainEntry? Parse(ReadOnlySpan<byte> bytes)
    {
        int numbers = Format.Length + sizeof(long);
        if (!bytes.StartsWith(Format) || bytes.Length < numbers + sizeof(int))
        {
            return null;
        }

        ReadOnlySpan<byte> rest = bytes[(numbers + sizeof(int))..];
        try
        {
            return Take(ref rest) is { } type && Take(ref rest) is { } data && rest.Length == SHA256.HashSizeInBytes
                ? new ChainEntry(
                    BinaryPrimitives.ReadInt64BigEndian(bytes[Format.Length..]), BinaryPrimitives.ReadInt32BigEndian(bytes[numbers..]), type, data, rest.ToArray())
                : null;
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static string? Take(ref ReadOnlySpan<byte> rest)
    {
        if (rest.Length < sizeof(int) || BinaryPrimitives.ReadInt32BigEndian(rest) is not (>= 0 and int length) || rest.Length - sizeof(int) < length)
        {
            return null;
        }

        string text = Utf8.GetString(rest.Slice(sizeof(int), length));
        rest = rest[(sizeof(int) + length)..];
        return text;
    }

    private static void Write(ArrayBufferWriter<byte> buffer, long number)
    {
        BinaryPrimitives.WriteInt64BigEndian(buffer.GetSpan(sizeof(long)), number);
        buffer.Advance(sizeof(long));
    }

    private static void Write(ArrayBufferWriter<byte> buffer, int number)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), number);
        buffer.Advance(sizeof(int));
    }

    private static void Write(ArrayBufferWriter<byte> buffer, Guid id)
    {
        id.TryWriteBytes(buffer.GetSpan(16), bigEndian: true, out int written);
        buffer.Advance(written);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, byte[]? bytes)
    {
        Write(buffer, bytes?.Length ?? -1);
        buffer.Write(bytes);
    }
}
