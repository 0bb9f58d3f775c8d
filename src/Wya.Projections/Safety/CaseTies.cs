using Npgsql;
using Wya.Domain.Identity.Events;
using Wya.Domain.Safety;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>What a moderator has to do with the person of a case, from safety's own rows.</summary>
public static class CaseTies
{
    /// <summary>A condition on two expressions: one is the other, they are friends, or one has blocked the other.</summary>
    internal static string AreTied(string schema, string one, string other) =>
        $"""
        ({one} = {other}
         or exists (select from {schema}.friends f where f.low_id = least({one}, {other}) and f.high_id = greatest({one}, {other}))
         or exists (select from {schema}.blocks b where b.blocker_id = {one} and b.blocked_id = {other})
         or exists (select from {schema}.blocks b where b.blocker_id = {other} and b.blocked_id = {one}))
        """;

    public static async Task<ModeratorTies> Of(LogDatabase safety, Moderator moderator, UserId person, Guid caseId, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = safety.DataSource.CreateCommand(
            $"""
            select {AreTied(safety.ReadSchema, "$1::uuid", "$2::uuid")},
                   exists (select from {safety.ReadSchema}.reports where case_id = $3 and reporter_ref = $4)
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = moderator.Id.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = caseId });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = SafetyKey.OfReporter(safety, moderator.Id) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new ModeratorTies(reader.GetBoolean(0), reader.GetBoolean(1));
    }
}
