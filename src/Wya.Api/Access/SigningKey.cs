using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Wya.Api.Access;

/// <summary>
/// The key that the built-in issuer signs with: P-256, of a PEM file that all processes share. Its name in tokens is its
/// own digest (RFC 7638), so a token names the one key that it can have been signed with.
/// </summary>
internal sealed class SigningKey
{
    private SigningKey(ECDsa key)
    {
        var security = new ECDsaSecurityKey(key);
        security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint());
        Credentials = new SigningCredentials(security, SecurityAlgorithms.EcdsaSha256);
        Public = new ECDsaSecurityKey(ECDsa.Create(key.ExportParameters(includePrivateParameters: false))) { KeyId = security.KeyId };
    }

    public SigningCredentials Credentials { get; }

    public ECDsaSecurityKey Public { get; }

    /// <param name="file">Null for a key that ends with the process.</param>
    /// <param name="makesMissing">Whether to make the file when there is none.</param>
    /// <exception cref="SettingsException">The file is missing or holds no such key.</exception>
    public static SigningKey Open(string? file, bool makesMissing)
    {
        if (file is null)
        {
            return new SigningKey(ECDsa.Create(ECCurve.NamedCurves.nistP256));
        }

        if (makesMissing && !File.Exists(file))
        {
            Make(file);
        }

        return new SigningKey(Read(file));
    }

    private static ECDsa Read(string file)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(file));
            ECParameters parameters = key.ExportParameters(includePrivateParameters: true); // a public key alone does not sign
            return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key
                : throw new CryptographicException("Another curve.");
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException or CryptographicException)
        {
            throw new SettingsException(
                "Wya__Auth__SigningKeyFile names no readable PEM file with a private key of the curve P-256 "
                + "(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 makes one).");
        }
    }

    /// <summary>Written aside and then put in place whole, so that a process that starts at the same time reads no half of it.</summary>
    private static void Make(string file)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string aside = $"{file}.{Guid.NewGuid():n}";
        var newFile = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            newFile.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        using (var text = new StreamWriter(new FileStream(aside, newFile)))
        {
            text.Write(key.ExportPkcs8PrivateKeyPem());
        }

        try
        {
            File.Move(aside, file, overwrite: false);
        }
        catch (IOException) when (File.Exists(file))
        {
            File.Delete(aside); // another process was first
        }
    }
}
