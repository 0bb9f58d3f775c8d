using Npgsql;
using Shouldly;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Testing.Postgres;
using Xunit;

namespace Wya.Cli.Tests.Doctor;

/// <summary>A checkup of a database on two servers, before and after one took over.</summary>
public sealed class HostsTests
{
    [Fact]
    public async Task Standbys_and_a_former_primary_are_found()
    {
        Assert.SkipWhen(PostgresPrograms.MaySkip, "There are no programs of PostgreSQL.");
        DomainDefinition identity = IdentityDomain.Definition;
        await using ReplicaSet set = await ReplicaSet.Start(
            2,
            async primary =>
            {
                await DatabaseServer.Ensure(primary.AdminConnectionString, "identity", "identity_app", "a password for tests");
                await LogSchema.Migrate(
                    new NpgsqlConnectionStringBuilder(primary.AdminConnectionString) { Database = "identity" }.ConnectionString, "identity_app", [.. identity.Kept], identity.PrepareSql);
            },
            isSynchronous: false);
        var tool = new Tool([identity], new Dictionary<string, string>
        {
            ["ConnectionStrings__identity"] = set.Reach(
                new NpgsqlConnectionStringBuilder { Database = "identity", Username = "identity_app", Password = "a password for tests" }.ConnectionString),
        });

        async Task<Dictionary<string, string>> Found()
        {
            var found = new Diagnosis();
            await DatabaseCheckup.Log(tool.Surroundings, identity, found, TestContext.Current.CancellationToken);
            return found.Findings.Where(finding => finding.Check is "connection" or "encryption" or "standbys" or "confirmation" or "fence").ToDictionary(finding => finding.Check, finding => finding.State);
        }

        (await Found()).ShouldBe(new Dictionary<string, string> { ["connection"] = "good", ["standbys"] = "good", ["confirmation"] = "weak", ["fence"] = "good" }, ignoreOrder: true);
        PostgresMember former = set.Primary;
        await former.Kill(TestContext.Current.CancellationToken);
        await set.PromoteBest();
        (await Found())["standbys"].ShouldBe("fault");

        await former.Start(TestContext.Current.CancellationToken);
        (await Found())["fence"].ShouldBe("fault");
    }
}
