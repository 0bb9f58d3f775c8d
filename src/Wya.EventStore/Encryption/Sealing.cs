using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore;

/// <summary>Where a sealed value belongs. It opens nowhere else.</summary>
public readonly record struct SealedPlace(string Domain, Guid StreamId);

/// <summary>
/// AES-256-GCM under a subject's key, with a fresh random nonce. The associated data names the domain, the stream, the
/// event, the field and the subject whose key it is, so a ciphertext that was moved to another place does not open.
/// The plaintext is JSON, padded with spaces so that its length tells little.
/// </summary>
public static class Sealing
{
    public const int KeyBytes = 32;
    public const int NonceBytes = 12;
    public const int TagBytes = 16;
    private const int PaddedTo = 32;

    public static SealedToken Seal(
        ReadOnlySpan<byte> key, SealedPlace place, Guid subject, Guid eventId, string field, ReadOnlySpan<byte> json)
    {
        int length = (json.Length + PaddedTo - 1) / PaddedTo * PaddedTo;
        byte[] plain = new byte[length];
        json.CopyTo(plain);
        plain.AsSpan(json.Length).Fill((byte)' ');
        byte[] box = new byte[NonceBytes + length + TagBytes];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using (var aes = new AesGcm(key, TagBytes))
        {
            aes.Encrypt(
                box.AsSpan(0, NonceBytes), plain, box.AsSpan(NonceBytes, length), box.AsSpan(NonceBytes + length), Bound(place, subject, eventId, field));
        }

        CryptographicOperations.ZeroMemory(plain);
        return new SealedToken(subject, eventId, field, box);
    }

    /// <returns>The JSON that was sealed.</returns>
    /// <exception cref="TamperedValueException">The key, the place or the bytes are not those that it was sealed with.</exception>
    public static byte[] Open(ReadOnlySpan<byte> key, SealedPlace place, SealedToken token)
    {
        ReadOnlySpan<byte> box = token.Box;
        byte[] plain = new byte[box.Length - NonceBytes - TagBytes];
        try
        {
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(
                box[..NonceBytes], box[NonceBytes..^TagBytes], box[^TagBytes..], plain, Bound(place, token.Subject, token.EventId, token.Field));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw new TamperedValueException();
        }
    }

    private static byte[] Bound(SealedPlace place, Guid subject, Guid eventId, string field) =>
        Encoding.UTF8.GetBytes($"wya|1|{place.Domain}|{place.StreamId:n}|{eventId:n}|{field}|{subject:n}");
}

/// <summary>A sealed value is not what was sealed at its place: it was changed, moved, or sealed under another key.</summary>
public sealed class TamperedValueException() : Exception("A sealed value does not open at its place.");
