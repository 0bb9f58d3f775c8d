using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Wya.EventStore.Postgres;

/// <summary>The public half of a key that signs, as a JSON Web Key (RFC 7517). Its id is its thumbprint (RFC 7638).</summary>
public sealed record VerifyingKey(string Kty, string Crv, string X, string Y, string Use, string Alg, string Kid)
{
    public static VerifyingKey Of(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        string x = Base64Url.EncodeToString(point.X), y = Base64Url.EncodeToString(point.Y);
        return new VerifyingKey("EC", "P-256", x, y, "sig", "ES256", Thumbprint(x, y));
    }

    /// <summary>Null for text that is no such key, or whose id is another key's.</summary>
    public static VerifyingKey? Parse(string json)
    {
        try
        {
            VerifyingKey? read = JsonSerializer.Deserialize<VerifyingKey>(json, EventJson.Options);
            if (read is not { Kty: "EC", Crv: "P-256", X: not null, Y: not null } || read.Kid != Thumbprint(read.X, read.Y))
            {
                return null;
            }

            using ECDsa usable = read.Open();
            return read;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or CryptographicException)
        {
            return null;
        }
    }

    internal ECDsa Open() => ECDsa.Create(new ECParameters
    {
        Curve = ECCurve.NamedCurves.nistP256,
        Q = new ECPoint { X = Base64Url.DecodeFromChars(X), Y = Base64Url.DecodeFromChars(Y) },
    });

    private static string Thumbprint(string x, string y) => Base64Url.EncodeToString(
        SHA256.HashData(Encoding.ASCII.GetBytes($$"""{"crv":"P-256","kty":"EC","x":"{{x}}","y":"{{y}}"}""")));
}

/// <summary>Signed statements: compact JWS (RFC 7515) under ES256. What one says is the very bytes that were signed.</summary>
public static class SignedJson
{
    private sealed record Header(string Alg, string Typ, string Kid);

    /// <param name="type">What kind of statement it is, so that none can pass for another.</param>
    public static string Sign<T>(ECDsa key, string type, T statement)
    {
        var header = new Header("ES256", type, VerifyingKey.Of(key).Kid);
        string signed = $"{Encode(header)}.{Encode(statement)}";
        byte[] signature = key.SignData(Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    /// <summary>What it says, whoever signed it; null for text that is no statement of this kind.</summary>
    public static T? Read<T>(string text, string type)
        where T : class
    {
        string[] parts = text.Split('.');
        try
        {
            return parts.Length == 3 && Decode<Header>(parts[0]) is { Alg: "ES256" } header && header.Typ == type ? Decode<T>(parts[1]) : null;
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException)
        {
            return null;
        }
    }

    public static bool IsSignedBy(string text, VerifyingKey key)
    {
        int end = text.LastIndexOf('.');
        try
        {
            using ECDsa verifying = key.Open();
            return end > 0 && verifying.VerifyData(
                Encoding.ASCII.GetBytes(text[..end]),
                Base64Url.DecodeFromChars(text.AsSpan(end + 1)),
                HashAlgorithmName.SHA256,
                DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static string Encode<T>(T value) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(value, EventJson.Options));

    private static T? Decode<T>(string part) => JsonSerializer.Deserialize<T>(Base64Url.DecodeFromChars(part), EventJson.Options);
}
