using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Npgsql;
using Wya.EventStore;

namespace Wya.Prove.Erasure;

/// <summary>
/// Somebody who holds the files of every database, everything that was written beside them, the keys database as it is, and
/// all master keys. Searches the bytes for marks, and tries every key that unwraps on every sealed token found anywhere.
/// Unwrapping is written down a second time here, so that a mistake in the system's own is not repeated.
/// </summary>
/// <param name="places">Where each event stands: what a sealed value is bound to.</param>
internal sealed class Attacker(string ringFile, IReadOnlyDictionary<Guid, SealedPlace> places)
{
    private static readonly byte[] TokenMark = Encoding.ASCII.GetBytes("sealed1:");

    private readonly HashSet<string> tokens = [];

    /// <summary>Sealed tokens seen anywhere, each counted once.</summary>
    public int Tokens => tokens.Count;

    public long BytesSearched { get; private set; }

    /// <summary>Searches files and folders for the mark, and remembers every token.</summary>
    /// <returns>How often the mark occurs.</returns>
    public int Search(string mark, params IEnumerable<string> paths)
    {
        int found = 0;
        foreach (string file in paths.SelectMany(Files))
        {
            byte[] bytes = File.ReadAllBytes(file);
            BytesSearched += bytes.Length;
            found += Count(bytes, Encoding.ASCII.GetBytes(mark)) + Count(bytes, Encoding.Unicode.GetBytes(mark));
            RememberTokens(bytes);
        }

        return found;
    }

    /// <summary>How many of these exact bytes occur anywhere in the files.</summary>
    public static int Occurring(IEnumerable<byte[]> needles, params IEnumerable<string> paths)
    {
        List<byte[]> all = [.. paths.SelectMany(Files).Select(File.ReadAllBytes)];
        return needles.Count(needle => all.Exists(bytes => bytes.AsSpan().IndexOf(needle) >= 0));
    }

    /// <summary>What the tokens say to somebody who holds the keys database.</summary>
    /// <param name="also">A key that should have been destroyed, and was not.</param>
    public async Task<IReadOnlyList<(Guid Subject, string Text)>> OpenAll(string keysDatabase, CancellationToken ct, WrappedKey? also = null)
    {
        List<byte[]> keys = [];
        foreach (WrappedKey wrapped in await WrappedKey.All(keysDatabase, ct))
        {
            keys.Add(Unwrap(wrapped));
        }

        if (also is not null)
        {
            keys.Add(Unwrap(also));
        }

        List<(Guid, string)> opened = [];
        foreach (SealedToken token in tokens.SelectMany(Readings))
        {
            if (!places.TryGetValue(token.EventId, out SealedPlace place))
            {
                continue; // bytes that only look like a token
            }

            foreach (byte[] key in keys)
            {
                try
                {
                    opened.Add((token.Subject, Encoding.UTF8.GetString(Sealing.Open(key, place, token))));
                }
                catch (TamperedValueException)
                {
                    // Another person's key.
                }
            }
        }

        return opened;
    }

    private byte[] Unwrap(WrappedKey wrapped)
    {
        JsonElement ring = JsonElement.Parse(File.ReadAllText(ringFile));
        byte[] master = ring.GetProperty("master_keys").GetProperty(wrapped.Version.ToString(CultureInfo.InvariantCulture)).GetBytesFromBase64();
        byte[] key = new byte[32];
        using var aes = new AesGcm(master, 16);
        aes.Decrypt(
            wrapped.Bytes.AsSpan(0, 12), wrapped.Bytes.AsSpan(12, 32), wrapped.Bytes.AsSpan(44), key,
            Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"wya-key|{wrapped.Subject:n}|{wrapped.Version}")));
        return key;
    }

    private void RememberTokens(ReadOnlySpan<byte> bytes)
    {
        for (int at; (at = bytes.IndexOf(TokenMark)) >= 0; bytes = bytes[(at + TokenMark.Length)..])
        {
            ReadOnlySpan<byte> from = bytes[at..];
            int length = 0;
            while (length < from.Length && length < 4_000 && IsTokenByte(from[length]))
            {
                length++;
            }

            int next = from[TokenMark.Length..length].IndexOf(TokenMark);
            tokens.Add(Encoding.ASCII.GetString(from[..(next < 0 ? length : next + TokenMark.Length)]));
        }
    }

    /// <summary>
    /// In the server's files nothing says where a text ends: what stands behind a token may look like a part of it. A box
    /// holds a multiple of 32 bytes beside nonce and tag, so there are few lengths to try.
    /// </summary>
    private static IEnumerable<SealedToken> Readings(string text)
    {
        int box = text.LastIndexOf(':') + 1;
        for (int held = 32; ; held += 32)
        {
            int length = (((12 + held + 16) * 4) + 2) / 3; // base64 without padding
            if (box + length > text.Length)
            {
                yield break;
            }

            if (SealedToken.TryParse(text[..(box + length)], out SealedToken? token) && !token.IsErased)
            {
                yield return token;
            }
        }
    }

    private static bool IsTokenByte(byte one) => char.IsAsciiLetterOrDigit((char)one) || (char)one is ':' or '_' or '-' or '.' or '[' or ']';

    private static int Count(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> mark)
    {
        int count = 0;
        for (int at; (at = bytes.IndexOf(mark)) >= 0; bytes = bytes[(at + mark.Length)..])
        {
            count++;
        }

        return count;
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories) : File.Exists(path) ? [path] : [];
}

/// <summary>A person's key as the keys database holds it.</summary>
internal sealed record WrappedKey(Guid Subject, int Version, byte[] Bytes)
{
    public static async Task<IReadOnlyList<WrappedKey>> All(string keysDatabase, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(keysDatabase);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand("select subject, master_version, wrapped from subject_keys where wrapped is not null", connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<WrappedKey> all = [];
        while (await reader.ReadAsync(ct))
        {
            all.Add(new WrappedKey(reader.GetGuid(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2)));
        }

        return all;
    }
}
