using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using Npgsql;
using Wya.Domain.Identity.Events;

namespace Wya.Projections;

/// <summary>Reads, counts and clears the rows of a <see cref="PersonalTable"/>, whatever its columns are.</summary>
internal static class PersonalRows
{
    public static ExportSection Section(HeldBy domain, PersonalTable table, UserId person) =>
        new(table.Name, Export(domain, table, person));

    public static async Task<StoreFinding> Find(HeldBy domain, PersonalTable table, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"select count(*), count(*) filter (where {table.Readable}) from {domain.Database.ReadSchema}.{table.Name} where {table.Rows(domain.Database.LogSchema)}");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        await reader.ReadAsync(ct).ConfigureAwait(false);
        return new StoreFinding($"table {table.Name}", reader.GetInt64(0), reader.GetInt64(1), table.AtErasure);
    }

    public static async Task Delete(HeldBy domain, PersonalTable table, UserId person, CancellationToken ct)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"delete from {domain.Database.ReadSchema}.{table.Name} where {table.Rows(domain.Database.LogSchema)}");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>An update leaves the old row in its page until a vacuum takes it out.</summary>
    public static async Task Vacuum(HeldBy domain, PersonalTable table, CancellationToken ct)
    {
        await using NpgsqlCommand vacuum = domain.Database.DataSource.CreateCommand($"vacuum {domain.Database.ReadSchema}.{table.Name}");
        vacuum.CommandTimeout = 600;
        await vacuum.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>As they stand, with what is sealed in them.</summary>
    public static async IAsyncEnumerable<JsonNode> Raw(
        HeldBy domain, PersonalTable table, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await using NpgsqlCommand command = domain.Database.DataSource.CreateCommand(
            $"select (to_jsonb(t) - $2)::text from {domain.Database.ReadSchema}.{table.Name} t where {table.Rows(domain.Database.LogSchema)}{Shown(domain, table)} order by {table.OrderBy}");
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = person.Value });
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. table.Withheld] });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            yield return JsonNode.Parse(reader.GetString(0))!;
        }
    }

    private static string Shown(HeldBy domain, PersonalTable table) =>
        table.Shown is { } shown ? $" and {shown.Replace("{log}", domain.Database.LogSchema, StringComparison.Ordinal)}" : "";

    private static async IAsyncEnumerable<JsonNode> Export(
        HeldBy domain, PersonalTable table, UserId person, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (JsonNode row in Raw(domain, table, person, ct).ConfigureAwait(false))
        {
            await SealedJson.Open(domain.Database, person.Value, row, person.Value, ct).ConfigureAwait(false);
            yield return row;
        }
    }
}
