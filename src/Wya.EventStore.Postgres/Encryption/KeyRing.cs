using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The secrets of an installation, kept outside its databases: the master keys that wrap the keys of people, by version;
/// the pepper of claims; and the key that signs receipts. JSON, from a file or from an environment variable.
/// </summary>
public sealed class KeyRing
{
    private const int WrappedBytes = Sealing.NonceBytes + Sealing.KeyBytes + Sealing.TagBytes;
    private static readonly JsonSerializerOptions Json = EventJson.Configure(new JsonSerializerOptions { WriteIndented = true });

    private readonly SortedDictionary<int, byte[]> masters;
    private readonly string receiptKeyPem;

    private KeyRing(SortedDictionary<int, byte[]> masters, byte[] claimPepper, string receiptKeyPem)
    {
        this.masters = masters;
        ClaimPepper = claimPepper;
        this.receiptKeyPem = receiptKeyPem;
    }

    private sealed record Stored(IReadOnlyDictionary<string, string> MasterKeys, string ClaimPepper, string ReceiptKey);

    /// <summary>The same for ever: names that were taken are kept as digests under it.</summary>
    public byte[] ClaimPepper { get; }

    /// <summary>The version under which keys are wrapped from now on.</summary>
    public int CurrentVersion => masters.Keys.Last();

    public IReadOnlyCollection<int> Versions => masters.Keys;

    /// <summary>New secrets, with master key 1.</summary>
    public static KeyRing Create()
    {
        using ECDsa receipts = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new KeyRing(
            new SortedDictionary<int, byte[]> { [1] = RandomNumberGenerator.GetBytes(Sealing.KeyBytes) },
            RandomNumberGenerator.GetBytes(Sealing.KeyBytes),
            receipts.ExportPkcs8PrivateKeyPem());
    }

    /// <exception cref="KeyRingException">It is not a key ring.</exception>
    public static KeyRing Parse(string json)
    {
        try
        {
            Stored stored = JsonSerializer.Deserialize<Stored>(json, Json)!;
            var masters = new SortedDictionary<int, byte[]>(stored.MasterKeys.ToDictionary(
                entry => int.Parse(entry.Key, NumberStyles.None, CultureInfo.InvariantCulture), entry => Convert.FromBase64String(entry.Value)));
            byte[] pepper = Convert.FromBase64String(stored.ClaimPepper);
            using ECDsa receipts = ECDsa.Create();
            receipts.ImportFromPem(stored.ReceiptKey);
            return masters.Count > 0 && masters.Values.Append(pepper).All(key => key.Length == Sealing.KeyBytes)
                ? new KeyRing(masters, pepper, stored.ReceiptKey)
                : throw new KeyRingException("A key ring holds at least one master key and a pepper, each of 32 bytes in base64.");
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or OverflowException or ArgumentException or CryptographicException)
        {
            throw new KeyRingException("It is not a key ring: JSON with master_keys, claim_pepper and receipt_key is expected.");
        }
    }

    /// <exception cref="KeyRingException">It cannot be read, or is not a key ring.</exception>
    public static KeyRing ReadFile(string path)
    {
        try
        {
            return Parse(File.ReadAllText(path, Encoding.UTF8));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new KeyRingException("The key ring's file cannot be read.");
        }
    }

    /// <summary>The same ring with a master key more, which wraps from now on. The older ones still unwrap.</summary>
    public KeyRing WithNewMaster() => new(
        new SortedDictionary<int, byte[]>(masters) { [CurrentVersion + 1] = RandomNumberGenerator.GetBytes(Sealing.KeyBytes) },
        ClaimPepper,
        receiptKeyPem);

    /// <summary>The same ring without the master keys before the current one: for when no key is wrapped under them any more.</summary>
    public KeyRing WithoutOldMasters() => new(
        new SortedDictionary<int, byte[]> { [CurrentVersion] = masters[CurrentVersion] }, ClaimPepper, receiptKeyPem);

    /// <summary>Replaces the file as a whole, readable by its owner alone.</summary>
    public void WriteFile(string path)
    {
        string written = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var file = new FileStream(written, options))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(
                new Stored(
                    masters.ToDictionary(entry => entry.Key.ToString(CultureInfo.InvariantCulture), entry => Convert.ToBase64String(entry.Value)),
                    Convert.ToBase64String(ClaimPepper),
                    receiptKeyPem),
                Json));
            file.Flush(flushToDisk: true);
        }

        File.Move(written, path, overwrite: true);
    }

    /// <summary>The key that signs receipts; its public half verifies them.</summary>
    public ECDsa ReceiptKey()
    {
        ECDsa key = ECDsa.Create();
        key.ImportFromPem(receiptKeyPem);
        return key;
    }

    internal byte[] Wrap(Guid subject, ReadOnlySpan<byte> key)
    {
        byte[] wrapped = new byte[WrappedBytes];
        RandomNumberGenerator.Fill(wrapped.AsSpan(0, Sealing.NonceBytes));
        using var aes = new AesGcm(masters[CurrentVersion], Sealing.TagBytes);
        aes.Encrypt(
            wrapped.AsSpan(0, Sealing.NonceBytes),
            key,
            wrapped.AsSpan(Sealing.NonceBytes, Sealing.KeyBytes),
            wrapped.AsSpan(Sealing.NonceBytes + Sealing.KeyBytes),
            Bound(subject, CurrentVersion));
        return wrapped;
    }

    /// <exception cref="KeyRingException">The ring does not hold this version of the master key, or another key of that number.</exception>
    internal byte[] Unwrap(Guid subject, int version, ReadOnlySpan<byte> wrapped)
    {
        if (!masters.TryGetValue(version, out byte[]? master))
        {
            throw new KeyRingException($"The key ring does not hold master key {version}, under which a person's key is wrapped.");
        }

        byte[] key = new byte[Sealing.KeyBytes];
        try
        {
            using var aes = new AesGcm(master, Sealing.TagBytes);
            aes.Decrypt(
                wrapped[..Sealing.NonceBytes],
                wrapped.Slice(Sealing.NonceBytes, Sealing.KeyBytes),
                wrapped[(Sealing.NonceBytes + Sealing.KeyBytes)..],
                key,
                Bound(subject, version));
            return key;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new KeyRingException($"Master key {version} of the key ring is not the one under which a person's key is wrapped.");
        }
    }

    private static byte[] Bound(Guid subject, int version) =>
        Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"wya-key|{subject:n}|{version}"));
}

/// <summary>The secrets that this installation was given cannot be used; the message says why, without quoting them.</summary>
public sealed class KeyRingException(string message) : Exception(message);
