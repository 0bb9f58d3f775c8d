using System.Diagnostics;
using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace Wya.Api.Access;

/// <summary>
/// The key that the built-in issuer signs with: P-256, of a PEM file that all processes share. Its name in tokens is its
/// own digest (RFC 7638), so a token names the one key that it can have been signed with.
/// </summary>
internal sealed class SigningKey
{
    /// <summary>A key is written in no time; whoever takes longer has died over it.</summary>
    private static readonly TimeSpan WritingMax = TimeSpan.FromSeconds(1);

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

        if (makesMissing)
        {
            MakeUnlessThere(file);
        }

        return new SigningKey(Read(makesMissing ? WholeText(file) : Text(file)));
    }

    private static ECDsa Read(string text)
    {
        try
        {
            var key = ECDsa.Create();
            key.ImportFromPem(text);
            ECParameters parameters = key.ExportParameters(includePrivateParameters: true); // a public key alone does not sign
            return parameters.Curve.Oid.Value == ECCurve.NamedCurves.nistP256.Oid.Value
                ? key
                : throw new CryptographicException("Another curve.");
        }
        catch (Exception unusable) when (unusable is ArgumentException or CryptographicException)
        {
            throw new SettingsException(
                "Wya__Auth__SigningKeyFile names no readable PEM file with a private key of the curve P-256 "
                + "(openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 makes one).");
        }
    }

    /// <summary>Empty when it cannot be read, which is no key either.</summary>
    private static string Text(string file)
    {
        try
        {
            return File.ReadAllText(file);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>Waits for the process that may be writing the file at this moment.</summary>
    private static string WholeText(string file)
    {
        long start = Stopwatch.GetTimestamp();
        string text = Text(file);
        while (!text.Contains("-----END", StringComparison.Ordinal) && Stopwatch.GetElapsedTime(start) < WritingMax)
        {
            Thread.Sleep(10);
            text = Text(file);
        }

        return text;
    }

    private static void MakeUnlessThere(string file)
    {
        var newFile = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            newFile.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            using var text = new StreamWriter(new FileStream(file, newFile));
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            text.Write(key.ExportPkcs8PrivateKeyPem());
        }
        catch (IOException) when (File.Exists(file))
        {
            return; // it was there, or another process was first
        }
        catch (Exception impossible) when (impossible is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException("Wya__Auth__SigningKeyFile names a file that is not there and cannot be made.");
        }
    }
}
