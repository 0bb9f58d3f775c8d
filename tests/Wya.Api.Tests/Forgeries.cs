using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Wya.Api.Tests;

/// <summary>A person, a session of theirs, and what it was opened with.</summary>
public sealed record Attack(ApiHost Api, Forge Forge, Guid User, Guid Session, string Access, string Refresh)
{
    public string[] Parts => Access.Split('.');

    public string PublicKeyPem => Forge.Key.ExportSubjectPublicKeyInfoPem();

    public string Token(Action<JsonObject>? payload = null, Action<JsonObject>? header = null, ECDsa? key = null) =>
        Forge.Token(User, Session, payload, header, key);

    /// <summary>Good but for one member of the payload.</summary>
    public string With(string member, JsonNode? value) => Token(payload => payload[member] = value);

    public string Without(string member) => Token(payload => payload.Remove(member));

    public string WithHeader(string member, JsonNode? value) => Token(header: header => header[member] = value);

    public string Payload() => Forge.Payload(User, Session).ToJsonString();

    /// <summary>The header says another algorithm, and the signature is of that algorithm.</summary>
    public string By(string algorithm, Func<byte[], byte[]> sign)
    {
        JsonObject header = Forge.Header;
        header["alg"] = algorithm;
        return Forge.Signed(header.ToJsonString(), Payload(), sign);
    }
}

/// <summary>The table of forged tokens, each by its name.</summary>
public static class Forgeries
{
    internal static long Seconds(double fromNow) => DateTimeOffset.UtcNow.AddSeconds(fromNow).ToUnixTimeSeconds();

    public static readonly IReadOnlyDictionary<string, Func<Attack, string>> All = new Dictionary<string, Func<Attack, string>>(StringComparer.Ordinal)
    {
        // Not a token at all.
        ["garbage"] = _ => "garbage",
        ["three dots and nothing"] = _ => "...",
        ["one part"] = s => s.Parts[0],
        ["no signature"] = s => $"{s.Parts[0]}.{s.Parts[1]}",
        ["empty signature"] = s => $"{s.Parts[0]}.{s.Parts[1]}.",
        ["four parts"] = s => $"{s.Access}.{s.Parts[2]}",
        ["parts in another order"] = s => $"{s.Parts[1]}.{s.Parts[0]}.{s.Parts[2]}",
        ["a header that is no base64"] = s => $"!{s.Parts[0][1..]}.{s.Parts[1]}.{s.Parts[2]}",
        ["a payload that is no base64"] = s => $"{s.Parts[0]}.*{s.Parts[1][1..]}.{s.Parts[2]}",
        ["base64 with padding"] = s => $"{s.Access}==",
        ["base64 in the other alphabet"] = InTheOtherAlphabet,
        ["a header that is no JSON"] = s => s.Forge.Signed("alg=ES256", s.Payload()),
        ["a payload that is no JSON"] = s => s.Forge.Signed(s.Forge.Header.ToJsonString(), "sub=me"),
        ["a payload that is a list"] = s => s.Forge.Signed(s.Forge.Header.ToJsonString(), $"[{s.Payload()}]"),
        ["huge"] = s => s.With("padding", new string('x', 8000)),

        // The signature.
        ["cut signature"] = s => s.Access[..^4],
        ["a changed bit of the signature"] = s => Changed(s, 5),
        ["left-over bits of the signature set"] = LeftOverBits,
        ["a signature of nothing but zeros"] = s => $"{s.Parts[0]}.{s.Parts[1]}.{Base64UrlEncoder.Encode(new byte[64])}",
        ["a signature with the order of the group for r and s"] = s => $"{s.Parts[0]}.{s.Parts[1]}.{Base64UrlEncoder.Encode(GroupOrderTwice)}",
        ["a DER signature"] = s => Forge.Signed(s.Forge.Header.ToJsonString(), s.Payload(), signed =>
            s.Forge.Key.SignData(signed, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        ["the signature of another good token"] = s => $"{s.Parts[0]}.{s.Parts[1]}.{s.Token().Split('.')[2]}",
        ["another subject under the same signature"] = s => Tampered(s, "sub", Guid.NewGuid().ToString()),
        ["a later end under the same signature"] = s => Tampered(s, "exp", Seconds(590)),
        ["another key of the same name"] = s => s.Token(key: Forge.AttackersKey),
        ["another key of its own name"] = s => s.Token(header: h => h["kid"] = Forge.NameOf(Forge.AttackersKey), key: Forge.AttackersKey),
        ["no key named"] = s => s.Token(header: h => h.Remove("kid")),
        ["another key named, the issuer's used"] = s => s.WithHeader("kid", "another"),
        ["a path for a key's name"] = s => s.Token(header: h => h["kid"] = "../../../../dev/null", key: Forge.AttackersKey),

        // The algorithm.
        ["algorithm none"] = s => None(s, "none"),
        ["algorithm None"] = s => None(s, "None"),
        ["algorithm NONE"] = s => None(s, "NONE"),
        ["algorithm nOnE, with a signature"] = s => $"{None(s, "nOnE")}{s.Parts[2]}",
        ["no algorithm"] = s => s.Token(header: h => h.Remove("alg")),
        ["an empty algorithm"] = s => s.WithHeader("alg", ""),
        ["es256 in small letters"] = s => s.WithHeader("alg", "es256"),
        ["HMAC with the public key in PEM"] = s => s.By("HS256", Hmac(Encoding.ASCII.GetBytes(s.PublicKeyPem))),
        ["HMAC with the public key in PEM and a line end"] = s => s.By("HS256", Hmac(Encoding.ASCII.GetBytes(s.PublicKeyPem + "\n"))),
        ["HMAC with the public key in DER"] = s => s.By("HS256", Hmac(s.Forge.Key.ExportSubjectPublicKeyInfo())),
        ["HMAC with the public point"] = s => s.By("HS256", Hmac(Point(s.Forge.Key))),
        ["HMAC with nothing"] = s => s.By("HS256", Hmac([])),
        ["HMAC with the name of the key"] = s => s.By("HS256", Hmac(Encoding.ASCII.GetBytes(s.Forge.KeyId))),
        ["RS256"] = s => s.By("RS256", Rsa(RSASignaturePadding.Pkcs1)),
        ["PS256"] = s => s.By("PS256", Rsa(RSASignaturePadding.Pss)),
        ["ES384"] = s => s.By("ES384", Ecdsa("nistP384", HashAlgorithmName.SHA384)),
        ["ES256K"] = s => s.By("ES256K", Ecdsa("secP256k1", HashAlgorithmName.SHA256)),
        ["ES512 said, ES256 done"] = s => s.WithHeader("alg", "ES512"),

        // Headers that would bring a key along or change the rules.
        ["a key in the header"] = s => s.Token(header: h => h["jwk"] = Jwk(Forge.AttackersKey), key: Forge.AttackersKey),
        ["a key in the header, signed by the issuer's"] = s => s.WithHeader("jwk", Jwk(s.Forge.Key)),
        ["an address of keys in the header"] = s => s.Token(header: h => h["jku"] = "http://127.0.0.1:9/keys", key: Forge.AttackersKey),
        ["an address of a certificate in the header"] = s => s.Token(header: h => h["x5u"] = "http://127.0.0.1:9/certificate", key: Forge.AttackersKey),
        ["a certificate in the header"] = s => s.Token(header: h => h["x5c"] = new JsonArray("MIIB"), key: Forge.AttackersKey),
        ["a critical extension"] = s => s.Token(header: h => (h["crit"], h["http://example.com/rule"]) = (new JsonArray("http://example.com/rule"), true)),
        ["an unencoded payload"] = s => s.Token(header: h => (h["crit"], h["b64"]) = (new JsonArray("b64"), false)),
        ["a compressed payload"] = s => s.WithHeader("zip", "DEF"),
        ["an id token"] = s => s.WithHeader("typ", "JWT"),
        ["no type"] = s => s.Token(header: h => h.Remove("typ")),
        ["a refresh token's type"] = s => s.WithHeader("typ", "rt+jwt"),
        ["a DPoP proof"] = s => s.WithHeader("typ", "dpop+jwt"),
        ["an algorithm twice"] = s => s.Forge.Signed(s.Forge.Header.ToJsonString().Replace("{", "{\"alg\":\"none\",", StringComparison.Ordinal), s.Payload()),
        ["a nested token"] = s => s.Forge.Signed(
            new JsonObject { ["alg"] = "ES256", ["kid"] = s.Forge.KeyId, ["typ"] = "at+jwt", ["cty"] = "JWT" }.ToJsonString(), s.Access),
        ["an encrypted token"] = s => $"{Forge.Encode("""{"alg":"dir","enc":"A256GCM","typ":"at+jwt"}""")}..{Forge.Encode("0123456789ab")}.{s.Parts[1]}.{Forge.Encode("0123456789abcdef")}",
        ["an encrypted token without its parts"] = _ => $"{Forge.Encode("""{"alg":"dir","enc":"A256GCM"}""")}....",

        // Who issued it, and for whom.
        ["another audience"] = s => s.With("aud", "another"),
        ["no audience"] = s => s.Without("aud"),
        ["several audiences"] = s => s.With("aud", new JsonArray("wya", "another")),
        ["the audience in capitals"] = s => s.With("aud", "WYA"),
        ["another issuer"] = s => s.With("iss", "https://elsewhere.example"),
        ["the old development issuer"] = s => s.With("iss", "urn:wya:development"),
        ["no issuer"] = s => s.Without("iss"),
        ["an empty issuer"] = s => s.With("iss", ""),

        // When.
        ["expired"] = s => s.Token(p => (p["iat"], p["exp"]) = (Seconds(-900), Seconds(-300))),
        ["expired a little beyond the skew"] = s => s.Token(p => (p["iat"], p["exp"]) = (Seconds(-635), Seconds(-35))),
        ["no end"] = s => s.Without("exp"),
        ["an end that is no number"] = s => s.With("exp", "tomorrow"),
        ["an end that is null"] = s => s.With("exp", null),
        ["an end before the beginning"] = s => s.Token(p => (p["iat"], p["exp"]) = (Seconds(20), Seconds(10))),
        ["longer than ten minutes"] = s => s.Token(p => (p["iat"], p["exp"]) = (Seconds(0), Seconds(0) + 601)),
        ["for a year"] = s => s.With("exp", Seconds(365 * 24 * 3600)),
        ["for ever"] = s => s.With("exp", 253402300799),
        ["beyond all time"] = s => s.With("exp", long.MaxValue),
        ["not yet issued"] = s => s.Token(p => (p["iat"], p["exp"]) = (Seconds(120), Seconds(300))),
        ["not yet valid"] = s => s.With("nbf", Seconds(120)),
        ["issued at no time"] = s => s.Without("iat"),

        // Whose.
        ["no subject"] = s => s.Without("sub"),
        ["an empty subject"] = s => s.With("sub", ""),
        ["a handle for a subject"] = s => s.With("sub", "operator"),
        ["a number for a subject"] = s => s.With("sub", 7),
        ["a list of subjects"] = s => s.With("sub", new JsonArray(s.User.ToString())),
        ["the subject in capitals"] = s => s.With("sub", s.User.ToString().ToUpperInvariant()),
        ["the subject in braces"] = s => s.With("sub", s.User.ToString("b")),
        ["a subject that nobody is"] = s => s.With("sub", Guid.NewGuid().ToString()),
        ["nobody's subject, in a session of nobody"] = s => s.Token(p => (p["sub"], p["sid"]) = (Guid.Empty.ToString(), Guid.Empty.ToString())),
        ["the subject twice"] = s => s.Forge.Signed(
            s.Forge.Header.ToJsonString(), s.Payload().Replace("{", $"{{\"sub\":\"{Guid.NewGuid()}\",", StringComparison.Ordinal)),
        ["an unknown member"] = s => s.With("capabilities", new JsonArray("operate")),

        // Of which session.
        ["no session"] = s => s.Without("sid"),
        ["a session that is no id"] = s => s.With("sid", "current"),
        ["a session that there is not"] = s => s.With("sid", Guid.NewGuid().ToString()),
        ["no id of its own"] = s => s.Without("jti"),

        // Other tokens of ours.
        ["a refresh token"] = s => s.Refresh,
        ["the id of the session"] = s => s.Session.ToString(),
    };

    private static string None(Attack attack, string algorithm)
    {
        JsonObject header = attack.Forge.Header;
        header["alg"] = algorithm;
        return $"{Forge.Encode(header.ToJsonString())}.{attack.Parts[1]}.";
    }

    private static string Tampered(Attack attack, string member, JsonNode value)
    {
        JsonNode payload = JsonNode.Parse(Base64UrlEncoder.Decode(attack.Parts[1]))!;
        payload[member] = value;
        return $"{attack.Parts[0]}.{Forge.Encode(payload.ToJsonString())}.{attack.Parts[2]}";
    }

    private static string Changed(Attack attack, int at)
    {
        byte[] signature = Base64UrlEncoder.DecodeBytes(attack.Parts[2]);
        signature[at] ^= 1;
        return $"{attack.Parts[0]}.{attack.Parts[1]}.{Base64UrlEncoder.Encode(signature)}";
    }

    /// <summary>64 bytes leave four bits of the last character unused: another spelling of the same signature.</summary>
    private static string LeftOverBits(Attack attack)
    {
        const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return attack.Access[..^1] + Alphabet[Alphabet.IndexOf(attack.Access[^1], StringComparison.Ordinal) | 1];
    }

    private static string InTheOtherAlphabet(Attack attack)
    {
        string token;
        do
        {
            token = attack.Token();
        }
        while (!token.Contains('-', StringComparison.Ordinal) && !token.Contains('_', StringComparison.Ordinal));
        return token.Replace('-', '+').Replace('_', '/');
    }

    private static readonly byte[] GroupOrderTwice =
        Convert.FromHexString(string.Concat(Enumerable.Repeat("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", 2)));

    private static Func<byte[], byte[]> Hmac(byte[] secret) => signed => HMACSHA256.HashData(secret, signed);

    private static Func<byte[], byte[]> Rsa(RSASignaturePadding padding) => signed => RSA.Create(2048).SignData(signed, HashAlgorithmName.SHA256, padding);

    private static Func<byte[], byte[]> Ecdsa(string curve, HashAlgorithmName hash) => signed =>
        ECDsa.Create(ECCurve.CreateFromFriendlyName(curve)).SignData(signed, hash);

    private static byte[] Point(ECDsa key)
    {
        ECPoint point = key.ExportParameters(includePrivateParameters: false).Q;
        return [4, .. point.X!, .. point.Y!];
    }

    private static JsonObject Jwk(ECDsa key)
    {
        JsonWebKey web = JsonWebKeyConverter.ConvertFromECDsaSecurityKey(new ECDsaSecurityKey(key));
        return new JsonObject { ["kty"] = web.Kty, ["crv"] = web.Crv, ["x"] = web.X, ["y"] = web.Y, ["kid"] = Forge.NameOf(key) };
    }
}
