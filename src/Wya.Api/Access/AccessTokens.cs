using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Access;

/// <summary>What an access token of the built-in issuer says; RFC 9068's names.</summary>
/// <param name="Sub">Whose it is.</param>
/// <param name="Sid">The session that it belongs to, and ends with.</param>
/// <param name="Iat">When it was issued, in seconds since 1970.</param>
/// <param name="Exp">When it ends.</param>
internal sealed record AccessClaims(string Iss, string Aud, Guid Sub, Guid Sid, Guid Jti, long Iat, long Exp)
{
    /// <summary>A <c>Guid</c> would be read from more spellings than the one that is issued.</summary>
    public bool IsSpeltAsIssued(JsonWebToken token) =>
        token.Subject == Sub.ToString() && token.GetClaim("sid").Value == Sid.ToString() && token.Id == Jti.ToString();
}

/// <summary>
/// The built-in issuer: it signs access tokens of ten minutes, each bound to a session, and takes back nothing but what it
/// would have issued itself. Signature, algorithm, type, issuer and audience are the library's to check; here follows that
/// header and payload hold exactly the issuer's own members, once each, in canonical base64url. So there is no header to
/// smuggle a key or a critical extension in with, and no second meaning.
/// </summary>
internal sealed class AccessTokens(SigningKey key, string audience, TimeProvider clock)
{
    public const string Issuer = "wya";
    public const string Type = "at+jwt";

    /// <summary>Ours have about 600 bytes.</summary>
    public const int BytesMax = 2048;

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    /// <summary>By how much the clocks of two processes may differ.</summary>
    public static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(30);

    private static readonly JsonSerializerOptions Strict = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        AllowDuplicateProperties = false,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        MaxDepth = 2,
    };

    private readonly JsonWebTokenHandler handler = new() { SetDefaultTimesOnTokenCreation = false };

    private sealed record Header(string Alg, string Kid, string Typ);

    public string Issue(UserId user, Guid session)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = Issuer,
            Audience = audience,
            Claims = new Dictionary<string, object>(StringComparer.Ordinal)
            {
                ["sub"] = user.ToString(),
                ["sid"] = session.ToString(),
                ["jti"] = Guid.NewGuid().ToString(),
            },
            IssuedAt = now,
            Expires = now + Lifetime,
            TokenType = Type,
            SigningCredentials = key.Credentials,
        });
    }

    public TokenValidationParameters Expected => new()
    {
        ValidIssuer = Issuer,
        ValidAudience = audience,
        ValidTypes = [Type],
        ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
        IssuerSigningKey = key.Public,
        TryAllIssuerSigningKeys = false,
        RequireSignedTokens = true,
        RequireExpirationTime = true,
        LifetimeValidator = (_, expires, _, _) => expires is not null, // against the one clock: see IsOurs
    };

    /// <summary>Whether a token with a good signature is one that this issuer would have made, and now is its time.</summary>
    public bool IsOurs(JsonWebToken token, [NotNullWhen(true)] out AccessClaims? claims)
    {
        claims = null;
        try
        {
            if (Read<Header>(token.EncodedHeader) is { Alg: SecurityAlgorithms.EcdsaSha256, Typ: Type } header
                && header.Kid == key.Public.KeyId
                && IsCanonical(token.EncodedSignature)
                && Read<AccessClaims>(token.EncodedPayload) is { } read
                && read.IsSpeltAsIssued(token)
                && IsInItsTime(read))
            {
                claims = read;
            }
        }
        catch (Exception malformed) when (malformed is JsonException or FormatException or ArgumentException)
        {
            return false;
        }

        return claims is not null;
    }

    public bool IsInItsTime(AccessClaims claims)
    {
        double now = (clock.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;
        return claims.Exp > claims.Iat
            && claims.Exp <= claims.Iat + Lifetime.TotalSeconds
            && claims.Iat <= now + ClockSkew.TotalSeconds
            && claims.Exp > now - ClockSkew.TotalSeconds;
    }

    private static T? Read<T>(string part) => IsCanonical(part) ? JsonSerializer.Deserialize<T>(Base64UrlEncoder.DecodeBytes(part), Strict) : default;

    /// <summary>One spelling for the same bytes: no padding, no bits that are left over.</summary>
    private static bool IsCanonical(string part) => Base64UrlEncoder.Encode(Base64UrlEncoder.DecodeBytes(part)) == part;
}
