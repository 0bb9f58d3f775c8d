using Npgsql;
using Shouldly;
using Xunit;

namespace Wya.Projections.Tests.Graph;

/// <summary>The specification's own statement is run beside our table, and the database's catalogue is asked about both.</summary>
public sealed class EdgesSchemaTests(GraphHouse house) : IClassFixture<GraphHouse>
{
    private const string Specified =
        """
        CREATE SCHEMA seed;
        SET LOCAL search_path = seed;
        CREATE TABLE users (id UUID PRIMARY KEY);
        CREATE TABLE edges (
          from_user UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          to_user UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          type VARCHAR(20) NOT NULL CHECK (type IN ('friend', 'follow', 'block')),
          created_at TIMESTAMP NOT NULL DEFAULT NOW(),
          PRIMARY KEY (from_user, to_user, type)
        );
        CREATE INDEX idx_edges_from ON edges(from_user);
        CREATE INDEX idx_edges_to ON edges(to_user);
        CREATE INDEX idx_edges_type ON edges(type);
        SET LOCAL search_path = '';
        """;

    [Theory]
    [Trait("seed", "3.S1")]
    [InlineData(null)]
    [InlineData("alter table public.edges alter created_at drop default")]
    [InlineData("alter table public.edges drop constraint edges_type_check")]
    [InlineData("alter table public.edges drop constraint edges_to_user_fkey")]
    [InlineData("drop index public.idx_edges_type")]
    public async Task Edges_are_as_specified_and_a_planted_difference_is_seen(string? planted)
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand($"{Specified} {planted}", connection))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        List<string> ours = await TableCatalogue.Describe(connection, "public", "edges"), specified = await TableCatalogue.Describe(connection, "seed", "edges");

        specified.Count.ShouldBe(4 + 4 + 4, "columns, constraints, indexes");
        ours.SequenceEqual(specified).ShouldBe(planted is null, string.Join('\n', ours));
    }
}
