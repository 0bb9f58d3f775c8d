using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;

namespace Wya.EventStore;

/// <summary>
/// A sealed value as it is stored: <c>sealed1:subject:event:field:box</c>. The box is base64url over nonce (12 bytes),
/// ciphertext and tag (16 bytes); it is empty when the subject's key had been destroyed before there was anything to seal.
/// </summary>
/// <param name="EventId">The event that it was sealed in.</param>
/// <param name="Field">Where in that event, by JSON names: <c>reason</c>, <c>lines[2].text</c>.</param>
public sealed record SealedToken(Guid Subject, Guid EventId, string Field, byte[] Box)
{
    private const string Prefix = "sealed1:";
    private const int IdChars = 32;

    public bool IsErased => Box.Length == 0;

    public static bool TryParse(string? text, [NotNullWhen(true)] out SealedToken? token)
    {
        token = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string[] parts = text.Split(':');
        if (parts is not [_, { Length: IdChars } subject, { Length: IdChars } eventId, { Length: > 0 } field, var box]
            || !Guid.TryParseExact(subject, "N", out Guid subjectId)
            || !Guid.TryParseExact(eventId, "N", out Guid sealedIn)
            || !Base64Url.IsValid(box))
        {
            return false;
        }

        token = new SealedToken(subjectId, sealedIn, field, Base64Url.DecodeFromChars(box));
        return token.IsErased || token.Box.Length > Sealing.NonceBytes + Sealing.TagBytes;
    }

    public override string ToString() => $"{Prefix}{Subject:n}:{EventId:n}:{Field}:{Base64Url.EncodeToString(Box)}";
}
