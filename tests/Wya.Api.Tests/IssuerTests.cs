using System.Security.Cryptography;
using Microsoft.AspNetCore.Mvc.Testing;
using Shouldly;
using Wya.Api.Access;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>The built-in issuer's key, and what of it there is outside Development.</summary>
public sealed class IssuerTests
{
    [Fact]
    public async Task In_Production_people_sign_in_and_nobody_gets_a_token_for_the_asking()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        string ledger = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.erased");
        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings["environment"] = "Production";
            settings["Wya:Erasure:LedgerFile"] = ledger;
        });
        SignedIn one = await api.NewSignedIn();
        (await one.Client.Send("GET", "/me")).Id.ShouldBe(one.User);
        (await api.Anonymous.Refresh(one.Refresh)).Status.ShouldBe(200);
        foreach (string handle in new[] { one.Handle, "operator" })
        {
            (await api.Anonymous.Send("POST", "/development/tokens", new { handle })).Problem.ShouldBe("route-not-found");
        }

        (await api.Anonymous.Send("GET", "/openapi/v1.json")).Text.ShouldNotContain("/development/");
        (await api.Database.Scalar<long>("select count(*) from users")).ShouldBe(1); // there is no operator who may do everything
        File.Delete(ledger);
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    public void Outside_Development_nothing_starts_without_a_key_or_an_authority(string environment)
    {
        using var factory = new WebApplicationFactory<Program>().WithWebHostBuilder(host =>
        {
            host.UseSetting("environment", environment);
            foreach (string domain in new[] { "identity", "graph", "rooms", "messaging", "safety" })
            {
                host.UseSetting($"ConnectionStrings:{domain}", $"Host=127.0.0.1;Database={domain}");
            }

        });
        Should.Throw<SettingsException>(() => factory.Server).Message.ShouldContain("Wya__Auth__SigningKeyFile");
    }

    [Fact]
    public void The_key_is_made_when_it_may_be_and_shared_by_all_who_start_at_once()
    {
        string file = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        try
        {
            string[] names = [.. ParallelEnumerable.Range(0, 16).WithDegreeOfParallelism(16).Select(_ => SigningKey.Open(file, makesMissing: true).Public.KeyId)];
            names.Distinct().ShouldHaveSingleItem();
            Directory.GetFiles(Path.GetTempPath(), Path.GetFileName(file) + "*").ShouldHaveSingleItem();
            if (!OperatingSystem.IsWindows())
            {
                File.GetUnixFileMode(file).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void A_missing_key_file_is_not_made_outside_Development()
    {
        string file = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        Should.Throw<SettingsException>(() => SigningKey.Open(file, makesMissing: false)).Message.ShouldContain("Wya__Auth__SigningKeyFile");
        File.Exists(file).ShouldBeFalse();
    }

    public static TheoryData<string, string> Unusable => new()
    {
        { "empty", "" },
        { "no PEM", "secret" },
        { "a public key", ECDsa.Create(ECCurve.NamedCurves.nistP256).ExportSubjectPublicKeyInfoPem() },
        { "another curve", ECDsa.Create(ECCurve.NamedCurves.nistP384).ExportPkcs8PrivateKeyPem() },
        { "RSA", RSA.Create(2048).ExportPkcs8PrivateKeyPem() },
    };

    [Theory]
    [MemberData(nameof(Unusable))]
    public void A_file_without_such_a_key_stops_the_start(string what, string text)
    {
        string file = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        File.WriteAllText(file, text);
        try
        {
            Should.Throw<SettingsException>(() => SigningKey.Open(file, makesMissing: true), what).Message.ShouldContain("Wya__Auth__SigningKeyFile");
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void Either_form_of_private_key_will_do()
    {
        string file = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.pem");
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        try
        {
            foreach (string pem in new[] { key.ExportPkcs8PrivateKeyPem(), key.ExportECPrivateKeyPem() })
            {
                File.WriteAllText(file, pem);
                SigningKey.Open(file, makesMissing: false).Public.KeyId.ShouldBe(Forge.NameOf(key));
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
