using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Hosting;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.Api.Tests;

public sealed class SettingsTests
{
    private const string Connection = "Host=127.0.0.1;Database=identity";

    private static readonly (string Key, string Value)[] Otherwise =
        [("ConnectionStrings:keys", "Host=127.0.0.1;Database=keys"), ("ConnectionStrings:graph", "Host=127.0.0.1;Database=graph"),
        ("ConnectionStrings:rooms", "Host=127.0.0.1;Database=rooms"), ("Wya:Rooms:Folder", "/var/lib/wya/rooms"), ("ConnectionStrings:messaging", "Host=127.0.0.1;Database=messaging"), ("ConnectionStrings:safety", "Host=127.0.0.1;Database=safety"), ("Wya:Keys:Ring", Ring()), ("Wya:Erasure:LedgerFile", "/var/lib/wya/shred.ledger"), ("Wya:Safety:CheckpointFile", "/var/lib/wya/checkpoints")];

    [Fact]
    public void Versions_of_rooms_are_kept_in_a_folder_or_a_bucket_and_not_in_both()
    {
        (string, string)[] bucket =
            [("ConnectionStrings:identity", Connection), ("Wya:Rooms:Folder", ""), ("Wya:S3:Bucket", "rooms"), ("Wya:S3:AccessKey", "marked-key"), ("Wya:S3:SecretKey", "marked-secret")];
        Settings settings = Read("Development", bucket);
        (settings.ObjectsFolder, settings.S3!.Bucket, settings.S3.Region).ShouldBe((null, "rooms", "us-east-1"));
        settings.S3.ToString().ShouldNotContain("marked");
        Should.Throw<SettingsException>(() => Read("Development", [.. bucket, ("Wya:Rooms:Folder", "/rooms")])).Message.ShouldContain("Wya__S3__Bucket");
        Should.Throw<SettingsException>(() => Read("Development", [.. bucket, ("Wya:S3:SecretKey", "")])).Message.ShouldContain("Wya__S3__SecretKey");
        Should.Throw<SettingsException>(() => Read("Production", ("ConnectionStrings:identity", Connection), ("Wya:Role", "worker"), ("Wya:Rooms:Folder", "")))
            .Message.ShouldContain("Wya__Rooms__Folder");
        Read("Development", ("ConnectionStrings:identity", Connection), ("Wya:Rooms:Folder", "")).ObjectsFolder.ShouldNotBeNull();
        Should.Throw<SettingsException>(() => Read("Development", ("ConnectionStrings:identity", Connection), ("Wya:Rooms:ContentOrigin", "rooms.example.org/path")))
            .Message.ShouldContain("Wya__Rooms__ContentOrigin");
    }

    [Fact]
    public void Development_needs_nothing_but_databases_and_keys()
    {
        Settings settings = Read("Development", ("ConnectionStrings:identity", Connection));
        settings.IssuesDevelopmentTokens.ShouldBeTrue();
        settings.IssuesTokens.ShouldBeTrue();
        settings.SessionIdleDays.ShouldBe(30);
        settings.SessionDaysMax.ShouldBe(180);
        settings.Role.ShouldBe(ProcessRole.All);
        settings.Audience.ShouldBe("wya");
    }

    [Theory]
    [InlineData("Production")]
    [InlineData("Staging")]
    [InlineData("development2")]
    public void The_development_issuer_exists_nowhere_else(string environment)
    {
        Should.Throw<SettingsException>(() => Read(environment, ("ConnectionStrings:identity", Connection)))
            .Message.ShouldContain("Wya__Auth__SigningKeyFile");
        Settings byAuthority = Read(environment, ("ConnectionStrings:identity", Connection), ("Wya:Auth:Authority", "https://login.example"));
        byAuthority.IssuesTokens.ShouldBeFalse();
        byAuthority.IssuesDevelopmentTokens.ShouldBeFalse();
        Settings byKey = Read(environment, ("ConnectionStrings:identity", Connection), ("Wya:Auth:SigningKeyFile", "key.pem"));
        byKey.IssuesTokens.ShouldBeTrue();
        byKey.IssuesDevelopmentTokens.ShouldBeFalse();
    }

    [Fact]
    public void With_an_authority_even_Development_issues_no_tokens() =>
        Read("Development", ("ConnectionStrings:identity", Connection), ("Wya:Auth:Authority", "https://login.example"))
            .IssuesDevelopmentTokens.ShouldBeFalse();

    [Fact]
    public void A_worker_needs_no_key() =>
        Read("Production", ("ConnectionStrings:identity", Connection), ("Wya:Role", "worker")).SigningKeyFile.ShouldBeNull();

    [Theory]
    [InlineData("Wya:Role", "boss")]
    [InlineData("Wya:Limits:RegistrationsPerMinute", "0")]
    [InlineData("Wya:Limits:LookupsPerMinute", "many")]
    [InlineData("Wya:Limits:SignInsPerMinute", "-1")]
    [InlineData("Wya:Limits:RefreshesPerMinute", "1.5")]
    [InlineData("Wya:Sessions:IdleDays", "0")]
    [InlineData("Wya:Sessions:DaysMax", "100000")]
    [InlineData("Wya:Limits:ExportsPerHour", "0")]
    [InlineData("Wya:PositionWaitMilliseconds", "0")]
    [InlineData("Wya:RedisWaitMilliseconds", "60001")]
    [InlineData("Wya:Rooms:LinkHosts", "https://example.org")]
    [InlineData("Wya:Rooms:MediaHosts", "*")]
    [InlineData("Wya:Erasure:GraceDays", "-1")]
    [InlineData("Wya:Safety:CheckpointSeconds", "0")]
    [InlineData("ConnectionStrings:identity", "")]
    [InlineData("ConnectionStrings:cache", "password=only")]
    [InlineData("ConnectionStrings:presence", "127.0.0.1:6379,colour=red")]
    public void A_wrong_setting_stops_the_start_and_is_named(string key, string value)
    {
        Should.Throw<SettingsException>(() => Read("Development", ("ConnectionStrings:identity", Connection), (key, value)))
            .Message.ShouldContain(key.Replace(":", "__", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{}", "It is not a key ring")]
    [InlineData("keys", "It is not a key ring")]
    [InlineData("""{"master_keys":{"1":"c2hvcnQ="},"claim_pepper":"c2hvcnQ=","receipt_key":"x"}""", "It is not a key ring")]
    [InlineData("", "Neither Wya__Keys__File nor Wya__Keys__Ring is set")]
    public void A_key_ring_that_cannot_be_used_stops_the_start_and_is_not_quoted(string ring, string sentence)
    {
        string said = Should.Throw<SettingsException>(() => Read("Development", ("ConnectionStrings:identity", Connection), ("Wya:Keys:Ring", ring))).Message;
        said.ShouldContain(sentence);
        said.ShouldNotContain("c2hvcnQ");
    }

    [Fact]
    public void Keys_come_from_one_place() =>
        Should.Throw<SettingsException>(() => Read("Development", ("ConnectionStrings:identity", Connection), ("Wya:Keys:File", "keys.json")))
            .Message.ShouldBe("Wya__Keys__File and Wya__Keys__Ring are both set; set one of them.");

    [Fact]
    public void Outside_Development_there_is_a_shred_ledger_and_a_time_of_grace()
    {
        (string, string)[] production = [("ConnectionStrings:identity", Connection), ("Wya:Auth:Authority", "https://login.example")];
        Should.Throw<SettingsException>(() => Read("Production", [.. production, ("Wya:Erasure:LedgerFile", "")]))
            .Message.ShouldContain("Wya__Erasure__LedgerFile");
        Should.Throw<SettingsException>(() => Read("Production", [.. production, ("Wya:Safety:CheckpointFile", "")]))
            .Message.ShouldContain("Wya__Safety__CheckpointFile");
        Should.Throw<SettingsException>(() => Read("Production", [.. production, ("Wya:Erasure:GraceDays", "0")]))
            .Message.ShouldContain("Wya__Erasure__GraceDays");
        Read("Production", production).ErasureGrace.ShouldBe(TimeSpan.FromDays(30));
        Read("Development", [.. production, ("Wya:Erasure:GraceDays", "0")]).ErasureGrace.ShouldBe(TimeSpan.Zero);
    }

    private static Settings Read(string environment, params (string Key, string Value)[] values) => Settings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(Otherwise.Concat(values).GroupBy(value => value.Key).Select(same => KeyValuePair.Create(same.Key, (string?)same.Last().Value))).Build(),
        new Named(environment));

    private static string Ring()
    {
        string file = Path.GetTempFileName();
        KeyRing.Create().WriteFile(file);
        string json = File.ReadAllText(file);
        File.Delete(file);
        return json;
    }

    private sealed class Named(string environment) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = environment;

        public string ApplicationName { get; set; } = "Wya.Api";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }
}
