using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Projections;

/// <summary>
/// A rebuild keeps copies of tables: those that it fills, and afterwards those that it replaced, for switching back. They
/// stand at a position of the log, and know nothing of an erasure after it.
/// </summary>
internal static class RebuiltTables
{
    /// <summary>Drops replaced tables that are older than the position. What is being filled is waited for.</summary>
    /// <returns>What still holds older rows; null when nothing does.</returns>
    public static async Task<string?> StillHold(HeldBy domain, long position, CancellationToken ct)
    {
        var rebuilds = new Rebuilds(domain.Database, domain.ReadModels, domain.Clock);
        foreach ((string model, bool isUnderWay) in await Older(domain.Database, position, ct).ConfigureAwait(false))
        {
            if (isUnderWay)
            {
                return $"a rebuild of {model} has not come so far";
            }

            RebuildAnswer dropped = await rebuilds.DropRetired(model, "erasure", ct).ConfigureAwait(false);
            if (dropped.Refusal is { } refusal && refusal != RebuildRefusals.NothingToDrop)
            {
                return $"the replaced tables of {model} are in use";
            }
        }

        return null;
    }

    private static async Task<IReadOnlyList<(string Model, bool IsUnderWay)>> Older(LogDatabase database, long position, CancellationToken ct)
    {
        await using NpgsqlCommand command = database.DataSource.CreateCommand(
            $"""
            select projection, bool_or(state in ('running', 'paused')) from {database.LogSchema}.wya_rebuilds
            where (state in ('running', 'paused') and position < $1) or retired_position < $1 group by projection
            """);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<(string, bool)> older = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            older.Add((reader.GetString(0), reader.GetBoolean(1)));
        }

        return older;
    }
}
