using System.Security.Claims;
using System.Security.Cryptography;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Wya.Api.Access;
using Wya.Domain.Identity.Events;

namespace Wya.Api.Development;

/// <summary>
/// Signs tokens for anyone who asks, so that the first request works on a laptop. Its key is new at every start unless a
/// file keeps it, which several processes then share.
/// </summary>
internal sealed class DevelopmentIssuer
{
    public const string Name = "urn:wya:development";

    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly string audience;
    private readonly SigningCredentials credentials;

    public DevelopmentIssuer(string audience, string? keyFile)
    {
        this.audience = audience;
        ECDsa key = keyFile is null ? ECDsa.Create(ECCurve.NamedCurves.nistP256) : ReadOrMake(keyFile);
        var signing = new ECDsaSecurityKey(key) { KeyId = "development" };
        credentials = new SigningCredentials(signing, SecurityAlgorithms.EcdsaSha256);
        PublicKey = new ECDsaSecurityKey(ECDsa.Create(key.ExportParameters(includePrivateParameters: false))) { KeyId = "development" };
    }

    public SecurityKey PublicKey { get; }

    public string Issue(UserId user, DateTimeOffset now) => new JsonWebTokenHandler().CreateToken(new SecurityTokenDescriptor
    {
        Issuer = Name,
        Audience = audience,
        Subject = new ClaimsIdentity([new Claim(BearerTokens.UserIdClaim, user.ToString())]),
        IssuedAt = now.UtcDateTime,
        NotBefore = now.UtcDateTime,
        Expires = now.Add(Lifetime).UtcDateTime,
        TokenType = "at+jwt",
        SigningCredentials = credentials,
    });

    private static ECDsa ReadOrMake(string file)
    {
        ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            var newFile = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
            {
                newFile.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            }

            using var created = new FileStream(file, newFile);
            using var text = new StreamWriter(created);
            text.Write(key.ExportPkcs8PrivateKeyPem());
        }
        catch (IOException) when (File.Exists(file))
        {
            key.ImportFromPem(File.ReadAllText(file)); // another process was first
        }

        return key;
    }
}
