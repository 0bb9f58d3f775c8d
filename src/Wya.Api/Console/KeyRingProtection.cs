using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.DataProtection;

namespace Wya.Api.Console;

/// <summary>
/// What the framework and the console hand to a browser and take back: the console's cookie and the tokens of its forms.
/// AES-256-GCM under keys that are derived from the key ring, one a purpose: no key files, the same on every node, and
/// good over a restart. Format: nonce, tag, ciphertext.
/// </summary>
internal sealed class KeyRingProtection(byte[] secret, string purpose) : IDataProtectionProvider, IDataProtector
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    private readonly byte[] key = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32, info: Encoding.UTF8.GetBytes(purpose));

    public KeyRingProtection(Settings settings)
        : this(settings.KeyRing.ClaimPepper.ToArray(), "pages for browsers")
    {
    }

    /// <summary>Its length stands before each part, so that no two chains of purposes read the same.</summary>
    public IDataProtector CreateProtector(string purpose1) => new KeyRingProtection(key, $"{purpose1.Length}:{purpose1}");

    public byte[] Protect(byte[] plaintext)
    {
        byte[] sealedBytes = new byte[NonceBytes + TagBytes + plaintext.Length];
        Span<byte> nonce = sealedBytes.AsSpan(0, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plaintext, sealedBytes.AsSpan(NonceBytes + TagBytes), sealedBytes.AsSpan(NonceBytes, TagBytes));
        return sealedBytes;
    }

    /// <exception cref="CryptographicException">It is none of ours, or was sealed for another purpose.</exception>
    public byte[] Unprotect(byte[] protectedData)
    {
        if (protectedData.Length < NonceBytes + TagBytes)
        {
            throw new CryptographicException("Too short.");
        }

        byte[] plaintext = new byte[protectedData.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(key, TagBytes);
        aes.Decrypt(
            protectedData.AsSpan(0, NonceBytes),
            protectedData.AsSpan(NonceBytes + TagBytes),
            protectedData.AsSpan(NonceBytes, TagBytes),
            plaintext);
        return plaintext;
    }
}
