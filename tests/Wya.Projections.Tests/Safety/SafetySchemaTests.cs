using Npgsql;
using Shouldly;
using Xunit;

namespace Wya.Projections.Tests.Safety;

/// <summary>The specification's own statements are run beside our tables, and the database's catalogue is asked about both.</summary>
public sealed class SafetySchemaTests(SafetyHouse house) : IClassFixture<SafetyHouse>
{
    private const string Specified =
        """
        CREATE SCHEMA seed;
        SET LOCAL search_path = seed;
        CREATE TABLE users (id UUID PRIMARY KEY);
        CREATE TABLE risk_profiles (
          user_id UUID PRIMARY KEY REFERENCES users(id) ON DELETE CASCADE,
          risk_level VARCHAR(20) NOT NULL CHECK (risk_level IN ('monitor', 'guide', 'intervene', 'protect')),
          signals JSONB NOT NULL DEFAULT '[]',
          updated_at TIMESTAMP NOT NULL DEFAULT NOW()
        );
        CREATE TABLE moderation_actions (
          action_id UUID PRIMARY KEY,
          user_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          type VARCHAR(50) NOT NULL,
          reason TEXT NOT NULL,
          reversible BOOLEAN NOT NULL DEFAULT true,
          created_at TIMESTAMP NOT NULL DEFAULT NOW(),
          created_by UUID REFERENCES users(id)
        );
        CREATE INDEX idx_risk_profiles_level ON risk_profiles(risk_level);
        CREATE INDEX idx_moderation_actions_user ON moderation_actions(user_id);
        CREATE INDEX idx_moderation_actions_created ON moderation_actions(created_at);
        SET LOCAL search_path = '';
        """;

    [Theory]
    [Trait("seed", "7.S1")]
    [InlineData(null)]
    [InlineData("alter table public.risk_profiles alter signals drop default")]
    [InlineData("alter table public.risk_profiles drop constraint risk_profiles_risk_level_check")]
    [InlineData("alter table public.risk_profiles drop constraint risk_profiles_user_id_fkey")]
    [InlineData("drop index public.idx_risk_profiles_level")]
    public Task Risk_profiles_are_as_specified_and_a_planted_difference_is_seen(string? planted) =>
        Compare("risk_profiles", 4 + 3 + 2, planted);

    [Theory]
    [Trait("seed", "7.S2")]
    [InlineData(null)]
    [InlineData("alter table public.moderation_actions alter reversible drop default")]
    [InlineData("alter table public.moderation_actions drop constraint moderation_actions_created_by_fkey")]
    [InlineData("alter table public.moderation_actions alter reason drop not null")]
    [InlineData("drop index public.idx_moderation_actions_created")]
    public Task Moderation_actions_are_as_specified_and_a_planted_difference_is_seen(string? planted) =>
        Compare("moderation_actions", 7 + 3 + 3, planted);

    private async Task Compare(string table, int lines, string? planted)
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(TestContext.Current.CancellationToken);
        await using (var command = new NpgsqlCommand($"{Specified} {planted}", connection))
        {
            await command.ExecuteNonQueryAsync(TestContext.Current.CancellationToken);
        }

        List<string> ours = await TableCatalogue.Describe(connection, "public", table), specified = await TableCatalogue.Describe(connection, "seed", table);

        specified.Count.ShouldBe(lines, "columns, constraints, indexes");
        ours.SequenceEqual(specified).ShouldBe(planted is null, string.Join('\n', ours));
    }
}
