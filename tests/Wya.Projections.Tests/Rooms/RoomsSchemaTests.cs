using Npgsql;
using Shouldly;
using Xunit;

namespace Wya.Projections.Tests.Rooms;

/// <summary>The specification's own statement is run beside our table, and the database's catalogue is asked about both.</summary>
public sealed class RoomsSchemaTests(RoomsHouse house) : IClassFixture<RoomsHouse>
{
    private const string Specified =
        """
        CREATE SCHEMA seed;
        SET LOCAL search_path = seed;
        CREATE TABLE users (id UUID PRIMARY KEY);
        CREATE TABLE rooms (
          room_id UUID PRIMARY KEY,
          owner_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          active_version INTEGER NOT NULL,
          visibility VARCHAR(20) NOT NULL DEFAULT 'public' CHECK (visibility IN ('public', 'friends', 'private')),
          updated_at TIMESTAMP NOT NULL DEFAULT NOW()
        );
        CREATE INDEX idx_rooms_owner ON rooms(owner_id);
        CREATE INDEX idx_rooms_visibility ON rooms(visibility);
        SET LOCAL search_path = '';
        """;

    [Theory]
    [Trait("seed", "4.S2")]
    [InlineData(null)]
    [InlineData("alter table public.rooms alter visibility drop default")]
    [InlineData("alter table public.rooms drop constraint rooms_visibility_check")]
    [InlineData("alter table public.rooms drop constraint rooms_owner_id_fkey")]
    [InlineData("drop index public.idx_rooms_visibility")]
    public async Task Rooms_are_as_specified_and_a_planted_difference_is_seen(string? planted)
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand($"{Specified} {planted}", connection))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        List<string> ours = await TableCatalogue.Describe(connection, "public", "rooms"), specified = await TableCatalogue.Describe(connection, "seed", "rooms");

        specified.Count.ShouldBe(5 + 3 + 3, "columns, constraints, indexes");
        ours.SequenceEqual(specified).ShouldBe(planted is null, string.Join('\n', ours));
    }
}
