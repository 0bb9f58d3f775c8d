using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>
/// An event as the chain covers it. Its bytes are those that <c>wya_entry</c> makes: numbers big-endian, a text as its length
/// in UTF-8 (4 bytes, -1 for null) and the UTF-8.
/// <code>
/// "wya-entry-1" position:8 id:16 stream:16 version:8 time:8 type:text context:32 data:text
/// context = SHA-256(salt:16 tenant:text dotnet_type:text correlation:text causation:text headers:text bdata:bytes)
/// </code>
/// </summary>
/// <param name="Microseconds">Since the year 2000, UTC.</param>
/// <param name="Type">As stored, with the version's suffix.</param>
/// <param name="Context">A digest: an entry says neither who acted nor on what request.</param>
/// <param name="Data">The stored JSON as PostgreSQL gives it back.</param>
public sealed record ChainEntry(
    long Position, Guid Id, Guid StreamId, long Version, long Microseconds, string Type, ReadOnlyMemory<byte> Context, string Data)
{
    private static readonly DateTimeOffset Epoch = new(2000, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static ReadOnlySpan<byte> Format => "wya-entry-1"u8;

    public DateTimeOffset Time => Epoch + TimeSpan.FromMicroseconds(Microseconds);

    public static long MicrosecondsOf(DateTime time) => (time - Epoch.UtcDateTime).Ticks / TimeSpan.TicksPerMicrosecond;

    public static byte[] ContextOf(
        Guid salt, string? tenant, string? dotnetType, string? correlation, string? causation, string? headers, byte[]? bdata)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        Write(buffer, salt);
        foreach (string? text in (string?[])[tenant, dotnetType, correlation, causation, headers])
        {
            Write(buffer, text is null ? null : Utf8.GetBytes(text));
        }

        Write(buffer, bdata);
        return SHA256.HashData(buffer.WrittenSpan);
    }

    public byte[] ToBytes()
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        buffer.Write(Format);
        Write(buffer, Position);
        Write(buffer, Id);
        Write(buffer, StreamId);
        Write(buffer, Version);
        Write(buffer, Microseconds);
        Write(buffer, Utf8.GetBytes(Type));
        buffer.Write(Context.Span);
        Write(buffer, Utf8.GetBytes(Data));
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Null for bytes that are no entry, or that another text of the same meaning would be written as.</summary>
    public static ChainEntry? Parse(ReadOnlySpan<byte> bytes)
    {
        const int numbers = 8 + 16 + 16 + 8 + 8;
        if (!bytes.StartsWith(Format) || bytes.Length < Format.Length + numbers)
        {
            return null;
        }

        ReadOnlySpan<byte> fixedPart = bytes[Format.Length..];
        ReadOnlySpan<byte> rest = fixedPart[numbers..];
        try
        {
            return TakeText(ref rest) is not { } type || rest.Length < SHA256.HashSizeInBytes
                ? null
                : new ChainEntry(
                    BinaryPrimitives.ReadInt64BigEndian(fixedPart),
                    new Guid(fixedPart.Slice(8, 16), bigEndian: true),
                    new Guid(fixedPart.Slice(24, 16), bigEndian: true),
                    BinaryPrimitives.ReadInt64BigEndian(fixedPart[40..]),
                    BinaryPrimitives.ReadInt64BigEndian(fixedPart[48..]),
                    type,
                    TakeContext(ref rest),
                    TakeText(ref rest) is { } data && rest.IsEmpty ? data : throw new DecoderFallbackException());
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    private static byte[] TakeContext(ref ReadOnlySpan<byte> rest)
    {
        byte[] context = rest[..SHA256.HashSizeInBytes].ToArray();
        rest = rest[SHA256.HashSizeInBytes..];
        return context;
    }

    private static string? TakeText(ref ReadOnlySpan<byte> rest)
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

    private static void Write(ArrayBufferWriter<byte> buffer, Guid id)
    {
        id.TryWriteBytes(buffer.GetSpan(16), bigEndian: true, out int written);
        buffer.Advance(written);
    }

    private static void Write(ArrayBufferWriter<byte> buffer, byte[]? bytes)
    {
        BinaryPrimitives.WriteInt32BigEndian(buffer.GetSpan(sizeof(int)), bytes?.Length ?? -1);
        buffer.Advance(sizeof(int));
        buffer.Write(bytes);
    }
}
