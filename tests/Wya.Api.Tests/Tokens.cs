using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;

namespace Wya.Api.Tests;

/// <summary>Makes tokens, good and forged, with the development issuer's own key.</summary>
public static class Tokens
{
    public const string Issuer = "urn:wya:development";

    public static string For(ApiHost api, string subject, Action<SecurityTokenDescriptor>? change = null, ECDsa? key = null)
    {
        var descriptor = new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = "wya",
            Claims = new Dictionary<string, object> { ["sub"] = subject },
            IssuedAt = DateTime.UtcNow,
            NotBefore = DateTime.UtcNow.AddMinutes(-20),
            Expires = DateTime.UtcNow.AddMinutes(5),
            TokenType = "at+jwt",
            SigningCredentials = new SigningCredentials(new ECDsaSecurityKey(key ?? Key(api)) { KeyId = "development" }, SecurityAlgorithms.EcdsaSha256),
        };
        change?.Invoke(descriptor);
        return new JsonWebTokenHandler { SetDefaultTimesOnTokenCreation = false }.CreateToken(descriptor);
    }

    public static ECDsa Key(ApiHost api)
    {
        ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(api.KeyFile));
        return key;
    }
}
