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

        List<string> ours = await Describe(connection, "public"), specified = await Describe(connection, "seed");

        specified.Count.ShouldBe(5 + 3 + 3, "columns, constraints, indexes");
        ours.SequenceEqual(specified).ShouldBe(planted is null, string.Join('\n', ours));
    }

    private static async Task<List<string>> Describe(NpgsqlConnection connection, string schema)
    {
        await using var command = new NpgsqlCommand(
            """
            select format('column %s %s %s not null %s default %s', attnum, attname, format_type(atttypid, atttypmod), attnotnull,
                          pg_get_expr(adbin, adrelid))
              from pg_attribute a left join pg_attrdef d on d.adrelid = attrelid and d.adnum = attnum
             where attrelid = $1::regclass and attnum > 0 and not attisdropped
            union all
            select format('constraint %s %s', conname, pg_get_constraintdef(oid)) from pg_constraint where conrelid = $1::regclass
            union all
            select format('index %s', pg_get_indexdef(indexrelid)) from pg_index where indrelid = $1::regclass
            order by 1
            """,
            connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = $"{schema}.rooms" });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> lines = [];
        while (await reader.ReadAsync())
        {
            lines.Add(reader.GetString(0).Replace($"{schema}.", "", StringComparison.Ordinal));
        }

        return lines;
    }
}
