using Npgsql;
using Shouldly;
using Wya.EventStore;
using Wya.Testing;
using Xunit;

namespace Wya.Projections.Tests.Identity;

/// <summary>Another domain has a database and a login role of its own, and from there no way to identity's tables.</summary>
public sealed class IdentityWallTests(IdentityHouse house, AnotherDomain another) : IClassFixture<IdentityHouse>, IClassFixture<AnotherDomain>
{
    [Fact]
    [Trait("seed", "1.4")]
    public async Task Another_domain_cannot_query_identity()
    {
        var asGraph = new NpgsqlConnectionStringBuilder(another.Database.ConnectionString) { Database = Name(house.Database), Pooling = false };
        await using var connection = new NpgsqlConnection(asGraph.ConnectionString);
        (await Should.ThrowAsync<PostgresException>(() => connection.OpenAsync())).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
    }

    [Theory]
    [Trait("seed", "1.3")]
    [InlineData("select * from {identity}.public.users", PostgresErrorCodes.FeatureNotSupported)]
    [InlineData("select * from users", PostgresErrorCodes.UndefinedTable)]
    [InlineData("create extension dblink", PostgresErrorCodes.InsufficientPrivilege)]
    [InlineData("create extension postgres_fdw", PostgresErrorCodes.InsufficientPrivilege)]
    public async Task Another_domain_cannot_join_identity(string sql, string sqlState)
    {
        await using var connection = new NpgsqlConnection(another.Database.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql.Replace("{identity}", Name(house.Database), StringComparison.Ordinal), connection);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync())).SqlState.ShouldBe(sqlState);
    }

    [Fact]
    public async Task Identity_itself_can_and_so_the_wall_is_what_was_tested()
    {
        await using NpgsqlCommand command = house.Log.DataSource.CreateCommand("select count(*) from users");
        (await command.ExecuteScalarAsync()).ShouldBeOfType<long>();
    }

    private static string Name(TestDatabase database) => new NpgsqlConnectionStringBuilder(database.ConnectionString).Database!;
}

/// <summary>The database of a domain that would like to look.</summary>
public sealed class AnotherDomain : IAsyncLifetime
{
    private TestDatabase? database;

    public TestDatabase Database => database!;

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        database = await TestPostgres.CreateDatabase("graph", EventTypeMap.From(Type.EmptyTypes));
    }

    public async ValueTask DisposeAsync()
    {
        if (database is not null)
        {
            await database.DisposeAsync();
        }
    }
}
