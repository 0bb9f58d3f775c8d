using Npgsql;
using Shouldly;
using Xunit;

namespace Wya.Projections.Tests.Identity;

/// <summary>
/// The specification's own statements are run beside our tables, and the database's catalogue is asked about both.
/// Only the enum is spelt otherwise, because PostgreSQL wants it as a type of its own.
/// </summary>
public sealed class SeedSchemaTests(IdentityHouse house) : IClassFixture<IdentityHouse>
{
    private const string Specified =
        """
        CREATE SCHEMA seed;
        SET LOCAL search_path = seed;
        CREATE TYPE age_layer AS ENUM('minor', 'transitional', 'adult');
        CREATE TABLE users (
          id UUID PRIMARY KEY,
          handle VARCHAR(50) UNIQUE NOT NULL,
          age_layer age_layer NOT NULL,
          verified_at TIMESTAMP NULL,
          created_at TIMESTAMP NOT NULL DEFAULT NOW(),
          status VARCHAR(20) NOT NULL DEFAULT 'active' CHECK (status IN ('active', 'suspended', 'banned'))
        );
        CREATE TABLE permissions (
          user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          capability VARCHAR(100) NOT NULL,
          granted_at TIMESTAMP NOT NULL DEFAULT NOW(),
          PRIMARY KEY (user_id, capability)
        );
        CREATE INDEX idx_users_status ON users(status);
        CREATE INDEX idx_users_age_layer ON users(age_layer);
        CREATE INDEX idx_permissions_user ON permissions(user_id);
        """;

    [Fact]
    [Trait("seed", "1.S1")]
    public Task Users_are_as_specified() => Compare("users", columns: 6, constraints: 3, indexes: 4);

    [Fact]
    [Trait("seed", "1.S2")]
    public Task Permissions_are_as_specified() => Compare("permissions", columns: 3, constraints: 2, indexes: 2);

    [Fact]
    public Task The_age_layers_are_as_specified() => InPeace(async connection =>
    {
        const string labels = "select string_agg(enumlabel, ',' order by enumsortorder) from pg_enum where enumtypid = '{0}.age_layer'::regtype group by enumtypid";
        (await Lines(connection, labels.Replace("{0}", "public"))).ShouldBe(await Lines(connection, labels.Replace("{0}", "seed")));
    });

    [Theory]
    [InlineData("alter table public.users alter created_at drop default")]
    [InlineData("alter table public.users alter verified_at type timestamptz")]
    [InlineData("alter table public.users drop constraint users_status_check")]
    [InlineData("alter table public.users drop constraint users_handle_key")]
    [InlineData("alter table public.users add more text")]
    [InlineData("drop index public.idx_users_age_layer")]
    public Task A_planted_difference_is_seen(string planted) => InPeace(async connection =>
    {
        await using var command = new NpgsqlCommand(planted, connection);
        await command.ExecuteNonQueryAsync();
        (await TableCatalogue.Describe(connection, "public", "users")).ShouldNotBe(await TableCatalogue.Describe(connection, "seed", "users"));
    });

    private Task Compare(string table, int columns, int constraints, int indexes) => InPeace(async connection =>
    {
        List<string> ours = await TableCatalogue.Describe(connection, "public", table);
        ours.ShouldBe(await TableCatalogue.Describe(connection, "seed", table));
        ours.Count(line => line.StartsWith("column ", StringComparison.Ordinal)).ShouldBe(columns);
        ours.Count(line => line.StartsWith("constraint ", StringComparison.Ordinal)).ShouldBe(constraints);
        ours.Count(line => line.StartsWith("index ", StringComparison.Ordinal)).ShouldBe(indexes);
    });

    /// <summary>In a transaction that is rolled back, as the owner.</summary>
    private async Task InPeace(Func<NpgsqlConnection, Task> look)
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync();
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        await using (var command = new NpgsqlCommand(Specified + "; set local search_path = ''", connection))
        {
            await command.ExecuteNonQueryAsync();
        }

        await look(connection);
        await transaction.RollbackAsync();
    }

    private static async Task<List<string>> Lines(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0));
        }

        return lines;
    }
}
