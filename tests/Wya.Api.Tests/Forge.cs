using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;

namespace Wya.Api.Tests;

/// <summary>Makes access tokens of the built-in issuer part by part: good ones with its own key, and whatever else with any other.</summary>
public sealed class Forge(ApiHost api)
{
    private static readonly ECDsa Attacker = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    /// <summary>The issuer's own.</summary>
    public ECDsa Key { get; } = Read(api.KeyFile);

    /// <summary>Some key that the issuer does not know.</summary>
    public static ECDsa AttackersKey => Attacker;

    /// <summary>Name of the issuer's key, as it computes it: anybody can read it in a token.</summary>
    public string KeyId => NameOf(Key);

    public JsonObject Header => new() { ["alg"] = "ES256", ["kid"] = KeyId, ["typ"] = "at+jwt" };

    public static JsonObject Payload(Guid user, Guid session) => new()
    {
        ["iss"] = "wya",
        ["aud"] = "wya",
        ["sub"] = user.ToString(),
        ["sid"] = session.ToString(),
        ["jti"] = Guid.NewGuid().ToString(),
        ["iat"] = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
        ["exp"] = DateTimeOffset.UtcNow.AddMinutes(10).ToUnixTimeSeconds(),
    };

    /// <summary>A good one, of a session that there may be.</summary>
    public string Token(Guid user, Guid session, Action<JsonObject>? payload = null, Action<JsonObject>? header = null, ECDsa? key = null)
    {
        JsonObject head = Header;
        JsonObject body = Payload(user, session);
        header?.Invoke(head);
        payload?.Invoke(body);
        return Signed(head.ToJsonString(), body.ToJsonString(), key);
    }

    /// <summary>Signed as the issuer signs, whatever it says.</summary>
    public string Signed(string header, string payload, ECDsa? key = null) =>
        Signed(header, payload, signed => (key ?? Key).SignData(signed, HashAlgorithmName.SHA256));

    public static string Signed(string header, string payload, Func<byte[], byte[]> sign)
    {
        string signed = $"{Encode(header)}.{Encode(payload)}";
        return $"{signed}.{Base64UrlEncoder.Encode(sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    public static string Encode(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));

    public static string NameOf(ECDsa key) => Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());

    private static ECDsa Read(string file)
    {
        ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        return key;
    }
}
