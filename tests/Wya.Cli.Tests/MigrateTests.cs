using Npgsql;
using Shouldly;
using Wya.Projections;
using Wya.Testing;
using Xunit;

namespace Wya.Cli.Tests;

public sealed class MigrateTests
{
    private const string Password = "correct-horse-battery";

    private static readonly string[] Databases = [.. Domains.All.Select(domain => domain.Name), "keys"];

    [Fact]
    public async Task It_creates_what_is_missing_and_is_content_the_second_time()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        string name = $"test_migrate_{Guid.CreateVersion7():n}";
        try
        {
            Ran first = await Tool(TestPostgres.AdminConnectionString, name).Run(["migrate"], CancellationToken.None);
            (first.ExitCode, first.Error).ShouldBe((0, ""));
            first.Lines.Length.ShouldBe(Databases.Length);
            first.Output.ShouldMatch(@"^identity: \d+ changes\s+graph: [\s\S]*messaging: \d+ changes\s+safety: [\s\S]*keys: 1 change");
            Ran second = await Tool(TestPostgres.AdminConnectionString, name).Run(["migrate"], CancellationToken.None);
            (second.ExitCode, second.Output.Trim()).ShouldBe((0, string.Join('\n', Databases.Select(each => $"{each}: up to date"))));
            Ran json = await Tool(TestPostgres.AdminConnectionString, name).Run(["migrate", "--domain", "identity", "--json"], CancellationToken.None);
            json.Output.Trim().ShouldBe($$"""{"domain":"identity","database":"{{name}}","changes":0}""");
            (await Tool(TestPostgres.AdminConnectionString, name).Run(["projections", "list", "--json"], CancellationToken.None)).Lines.Length
                .ShouldBe(Domains.All.Sum(domain => domain.Kept.Count() + domain.Followers.Count));
        }
        finally
        {
            foreach (string each in Databases)
            {
                await Drop(NameOf(each, name));
            }
        }
    }

    [Fact]
    public async Task A_table_of_another_build_is_named_and_nothing_is_changed()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        string name = $"test_migrate_{Guid.CreateVersion7():n}";
        try
        {
            (await Tool(TestPostgres.AdminConnectionString, name).Run(["migrate"], CancellationToken.None)).ExitCode.ShouldBe(0);
            await using (var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(TestPostgres.AdminConnectionString) { Database = name, Pooling = false }.ConnectionString))
            {
                await connection.OpenAsync();
                await using var drop = new NpgsqlCommand("alter table suspensions drop column reason; drop table bans", connection);
                await drop.ExecuteNonQueryAsync();
            }

            Ran ran = await Tool(TestPostgres.AdminConnectionString, name).Run(["migrate"], CancellationToken.None);
            ran.ExitCode.ShouldBe(1);
            ran.Error.ShouldStartWith("identity: The table 'suspensions' was made by another build and has other columns.");
            ran.Error.ShouldContain("./dev reset");
        }
        finally
        {
            foreach (string each in Databases)
            {
                await Drop(NameOf(each, name));
            }
        }
    }

    [Fact]
    public async Task Before_it_has_run_every_other_verb_says_so()
    {
        await using House house = await House.Build();
        await house.Database.Execute("drop schema log cascade");
        Ran ran = await house.Wya("projections", "list");
        ran.ExitCode.ShouldBe(1);
        ran.Error.Trim().ShouldBe("The identity database refused: it has not been migrated for this build; run wya migrate first.");
    }

    [Theory]
    [InlineData(null, "wya_identity", "WYA_POSTGRES is not set:")]
    [InlineData("", "wya_identity", "WYA_POSTGRES is not set:")]
    [InlineData("Host=h;Pass phrase=correct-horse-battery", "wya_identity", "WYA_POSTGRES is not a connection string")]
    [InlineData("Host=127.0.0.1;Port=1;Password=correct-horse-battery", "wya_identity", "The server that WYA_POSTGRES names does not answer.")]
    [InlineData("Host=127.0.0.1;Port=1", "x; drop database y", "ConnectionStrings__identity must name a Database and a Username")]
    public async Task What_is_not_set_right_is_named_and_no_secret_is_shown(string? admin, string database, string sentence)
    {
        Ran ran = await Tool(admin, database).Run(["migrate"], CancellationToken.None);
        (ran.ExitCode, ran.Output).ShouldBe((1, ""));
        ran.Error.ShouldStartWith(sentence);
        ran.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(1);
        ran.Error.ShouldNotContain(Password);
    }

    [Fact]
    public async Task A_wrong_password_or_a_missing_variable_is_named_and_never_shown()
    {
        await using House house = await House.Build();
        string wrong = new NpgsqlConnectionStringBuilder(house.Database.ConnectionString) { Password = Password }.ConnectionString;
        Ran refused = await With("ConnectionStrings__identity", wrong).Run(["projections", "list", "--domain", "identity"], CancellationToken.None);
        (refused.ExitCode, refused.Error.Trim()).ShouldBe((1, "The identity database refused: the role or its password is wrong."));
        (await With("OTHER", "x").Run(["events", "replay", "--domain", "identity"], CancellationToken.None)).Error
            .ShouldStartWith("ConnectionStrings__identity is not set: a connection string to the identity database, as its application role");
        Ran away = await With("ConnectionStrings__identity", $"Host=127.0.0.1;Port=1;Password={Password}").Run(["projections", "list", "--domain", "identity"], CancellationToken.None);
        away.Error.Trim().ShouldBe("The identity database does not answer; is its server up, and is ConnectionStrings__identity right?");
    }

    private static Tool With(string variable, string value) => new(Domains.All, new Dictionary<string, string>
    {
        [variable] = value,
        ["ConnectionStrings__graph"] = "Host=127.0.0.1;Port=1", // what identity follows is not asked here
        ["ConnectionStrings__safety"] = "Host=127.0.0.1;Port=1",
    });

    private static Tool Tool(string? admin, string database)
    {
        Dictionary<string, string> variables = [];
        if (admin is not null)
        {
            variables["WYA_POSTGRES"] = admin;
        }

        var server = new NpgsqlConnectionStringBuilder(TestPostgres.AdminConnectionString ?? "Host=127.0.0.1");
        foreach (string name in Databases)
        {
            variables[$"ConnectionStrings__{name}"] = new NpgsqlConnectionStringBuilder
            {
                Host = server.Host, Port = server.Port, Database = NameOf(name, database), Username = "test_migrate", Password = Password,
            }.ConnectionString;
        }

        return new Tool(Domains.All, variables);
    }

    private static string NameOf(string domain, string database) => domain == "identity" ? database : $"{database}_{domain}";

    private static async Task Drop(string name)
    {
        await using var connection = new NpgsqlConnection(TestPostgres.AdminConnectionString);
        await connection.OpenAsync();
        await using var drop = new NpgsqlCommand($"drop database if exists {name} with (force)", connection);
        await drop.ExecuteNonQueryAsync();
    }
}
