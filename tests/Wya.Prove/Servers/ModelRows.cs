using System.Text.Json;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Projections;

namespace Wya.Prove.Servers;

/// <summary>A read model of the system, in the domain that keeps it.</summary>
/// <param name="Source">Whose log it follows.</param>
internal sealed record KeptModel(DomainDefinition Domain, ReadModel Model, string Source)
{
    /// <summary>Of every domain, those included that follow another one.</summary>
    public static IReadOnlyList<KeptModel> All { get; } =
    [
        .. Domains.All.SelectMany(domain => domain.ReadModels.Select(model => new KeptModel(domain, model, domain.Name))
            .Concat(domain.Subscriptions.Select(subscription => new KeptModel(domain, subscription.Model, subscription.Source)))),
    ];

    public static async Task UntilFollowed(IReadOnlyList<Consumer> consumers, CancellationToken ct)
    {
        var projections = new EventStore.Postgres.Projections(consumers, TimeProvider.System);
        IReadOnlyList<ProjectionStatus> last = [];
        try
        {
            await Wait.Until(async () => (last = await projections.List(ct)).All(status => status.Position == status.Head), "all consumers at the end of their logs", 120, ct);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{late.Message} {string.Join("; ", last.Where(status => status.Position != status.Head))}", late);
        }
    }
}

/// <summary>The rows of all tables of a read model, each as JSON after the table's name, in one order.</summary>
internal static class ModelRows
{
    public static async Task<IReadOnlyList<string>> Live(string connectionString, ReadModel model, CancellationToken ct)
    {
        List<string> rows = [];
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        foreach (ITable table in model.Tables)
        {
            await using var command = new NpgsqlCommand($"select to_jsonb(t)::text from public.{table.Name} t", connection);
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
            {
                rows.Add($"{table.Name} {reader.GetString(0)}");
            }
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }

    public static async Task<IReadOnlyList<string>> Of(ReadModelAsOf then, CancellationToken ct)
    {
        List<string> rows = [];
        foreach (ITable table in then.Model.Tables)
        {
            await foreach (JsonElement row in then.Rows(table, ct: ct))
            {
                rows.Add($"{table.Name} {row.GetRawText()}");
            }
        }

        return [.. rows.Order(StringComparer.Ordinal)];
    }
}
