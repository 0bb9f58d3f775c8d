using Shouldly;
using Wya.Projections;
using Wya.Projections.Rooms.Objects;
using Wya.Testing.Redis;
using Xunit;

namespace Wya.Cli.Tests.Doctor;

/// <summary>A checkup finds what was planted, says what to do, and finds nothing where nothing is wrong.</summary>
public sealed class DoctorTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("wya-doctor-").FullName;
    private House? house;

    private House House => house!;

    public async ValueTask InitializeAsync() => house = await House.Build();

    public async ValueTask DisposeAsync()
    {
        if (house is not null)
        {
            await house.DisposeAsync();
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Each_planted_fault_of_a_database_is_found_and_gone_when_it_is_mended()
    {
        // The tests' server is told to lose what was committed; that is found, and is all that is.
        (await Faults()).ShouldBe(["durability"]);
        string app = new Npgsql.NpgsqlConnectionStringBuilder(House.Database.ConnectionString).Username!, database = new Npgsql.NpgsqlConnectionStringBuilder(House.Database.ConnectionString).Database!;
        foreach ((string check, string plant, string mend) in new[]
        {
            ("rights", $"revoke insert on log.wya_parked_streams from {app}", $"grant insert on log.wya_parked_streams to {app}"),
            ("append-only", $"grant update on log.mt_events to {app}", $"revoke update on log.mt_events from {app}"),
            ("triggers", "alter table log.mt_events disable trigger wya_append_only", "alter table log.mt_events enable always trigger wya_append_only"),
            ("triggers", "alter table log.mt_streams enable trigger wya_keep_streams", "alter table log.mt_streams enable always trigger wya_keep_streams"),
            ("migrations", "update log.wya_migrations set name = 'Schema.999_later.sql' where name = 'Schema.004_browse.sql'", "update log.wya_migrations set name = 'Schema.004_browse.sql' where name = 'Schema.999_later.sql'"),
            ("walls", $"grant connect on database {database} to public", $"revoke connect on database {database} from public"),
            ("read models", "alter table public.users add column planted int", "alter table public.users drop column planted"),
        })
        {
            await House.Database.Execute(plant);
            string[] found = await Faults();
            found.ShouldContain(check, plant);
            await House.Database.Execute(mend);
            (await Faults()).ShouldBe(["durability"], mend);
        }
    }

    [Fact]
    public async Task It_says_what_to_do_and_ends_with_1_and_without_a_secret()
    {
        await House.Database.Execute("alter table log.mt_events disable trigger wya_append_only");
        Ran ran = await Tool().Run(["doctor"], TestContext.Current.CancellationToken);
        ran.ExitCode.ShouldBe(ExitCodes.Refused);
        ran.Output.ShouldContain("wya_append_only on mt_events");
        ran.Output.ShouldContain("enable always trigger");
        ran.Output.ShouldNotContain(new Npgsql.NpgsqlConnectionStringBuilder(House.Database.ConnectionString).Password!);

        Ran unset = await new Tool([House.Definition], new Dictionary<string, string>()).Run(["doctor", "--json"], TestContext.Current.CancellationToken);
        unset.JsonLines.Count(line => line.GetProperty("state").GetString() == "fault").ShouldBeGreaterThanOrEqualTo(3);
        Ran wrong = await Tool(new() { ["ConnectionStrings__identity"] = House.Database.ConnectionString + ";Password=wrong" }).Run(["doctor", "--json"], TestContext.Current.CancellationToken);
        wrong.Output.ShouldContain("password is wrong");
    }

    [Fact]
    public async Task Clocks_files_and_the_environment_are_looked_at()
    {
        string ring = Path.Combine(folder, "ring.json");
        File.Copy(House.Keys.RingFile, ring);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(ring, UnixFileMode.UserRead | UnixFileMode.OtherRead);
        }

        Tool tool = Tool(new() { ["Wya__Keys__File"] = ring, ["ASPNETCORE_ENVIRONMENT"] = "Development", ["Wya__Auth__SigningKeyFile"] = ring + ".none" }, new Ahead(TimeSpan.FromMinutes(1)));
        var found = (await tool.Run(["doctor", "--json"], TestContext.Current.CancellationToken)).JsonLines
            .Select(line => (State: line.GetProperty("state").GetString(), Check: line.GetProperty("check").GetString())).ToArray();
        found.ShouldContain(("fault", "clock"));
        found.ShouldContain(("weak", "Wya__Keys__File"));
        found.ShouldContain(("fault", "Wya__Auth__SigningKeyFile"));
        found.ShouldContain(("weak", "environment"));
        found.ShouldContain(("good", "Wya__Rooms__Folder"));
    }

    [Fact]
    public async Task A_redis_that_writes_to_a_disk_or_may_be_administered_is_found()
    {
        Assert.SkipWhen(TestRedis.MaySkip, $"{TestRedis.Variable} is not set.");
        await using RedisInstance redis = await RedisInstance.Start("presence");
        (await RedisFaults(redis.ConnectionString)).ShouldBeEmpty();
        using RedisWire wire = redis.AsOperator();
        wire.Ask("ACL", "SETUSER", "default", "+@all");
        (await RedisFaults(redis.ConnectionString)).ShouldBe(["rights"]);
        wire.Ask("CONFIG", "SET", "save", "900 1");
        wire.Ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
        (await RedisFaults(redis.ConnectionString)).ShouldBe(["eviction", "persistence", "rights"]);
        wire.Ask("ACL", "SETUSER", "default", "-@admin", "-@dangerous", "+info");
        (await RedisFaults(redis.ConnectionString + ",password=wrong")).ShouldBe(["connection"]);
    }

    [Fact]
    public async Task A_store_that_overwrites_or_does_not_answer_is_found()
    {
        var good = new Diagnosis();
        await ObjectsCheckup.Look(new FolderObjects(folder), good, TestContext.Current.CancellationToken);
        good.Findings.ShouldAllBe(finding => finding.State == "good");
        var overwriting = new Diagnosis();
        await ObjectsCheckup.Look(new Overwriting(), overwriting, TestContext.Current.CancellationToken);
        overwriting.Findings.Where(finding => finding.IsFault).Select(finding => finding.Check).ShouldBe(["conditional puts"]);
        var away = new Diagnosis();
        using var nowhere = new S3Objects(new S3Settings("http://127.0.0.1:9", "us-east-1", "rooms", "key", "secret"));
        await ObjectsCheckup.Look(nowhere, away, TestContext.Current.CancellationToken);
        away.Findings.Single().Check.ShouldBe("connection");
    }

    private async Task<string[]> Faults() =>
    [
        .. (await Tool().Run(["doctor", "--json"], TestContext.Current.CancellationToken)).JsonLines
            .Where(line => line.GetProperty("state").GetString() == "fault").Select(line => line.GetProperty("check").GetString()!).Distinct().Order(),
    ];

    private static async Task<string[]> RedisFaults(string connectionString)
    {
        var found = new Diagnosis();
        await RedisCheckup.Look(new Tool(Domains.All, new Dictionary<string, string> { ["ConnectionStrings__presence"] = connectionString }).Surroundings, found);
        return [.. found.Findings.Where(finding => finding.IsFault).Select(finding => finding.Check).Order()];
    }

    private Tool Tool(Dictionary<string, string>? changed = null, TimeProvider? clock = null)
    {
        Dictionary<string, string> variables = new()
        {
            ["ConnectionStrings__identity"] = House.Database.ConnectionString,
            ["ConnectionStrings__keys"] = House.Keys.ConnectionString,
            ["Wya__Rooms__Folder"] = folder,
            ["Wya__Keys__File"] = House.Keys.RingFile,
        };
        foreach ((string name, string value) in changed ?? [])
        {
            variables[name] = value;
        }

        return new Tool([House.Definition], variables) { Clock = clock ?? TimeProvider.System };
    }

    private sealed class Ahead(TimeSpan by) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + by;
    }

    /// <summary>As a server does that knows no conditions.</summary>
    private sealed class Overwriting : IObjects
    {
        private readonly Dictionary<string, byte[]> all = [];

        public Task<bool> TryCreate(string key, ReadOnlyMemory<byte> bytes, CancellationToken ct = default)
        {
            all[key] = bytes.ToArray();
            return Task.FromResult(true);
        }

        public Task<byte[]?> Read(string key, CancellationToken ct = default) => Task.FromResult(all.GetValueOrDefault(key));

        public Task<bool> Delete(string key, CancellationToken ct = default) => Task.FromResult(all.Remove(key));

        public IAsyncEnumerable<string> List(string prefix, CancellationToken ct = default) => all.Keys.ToAsyncEnumerable();

        public Uri? SignedAddress(string key, TimeSpan lifetime) => null;
    }
}
