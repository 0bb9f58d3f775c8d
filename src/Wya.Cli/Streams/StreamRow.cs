using Npgsql;

namespace Wya.Cli;

/// <summary>What a log knows of a stream as a whole: its row of <c>mt_streams</c>.</summary>
internal sealed record StreamRow(string Type, long Version, DateTimeOffset Created, bool IsArchived)
{
    /// <summary>In the first log that has a stream of this id; null when none has.</summary>
    public static async Task<(OpenDomain Domain, StreamRow Stream)?> Find(OpenDomains open, Guid id, CancellationToken ct)
    {
        foreach (OpenDomain domain in open)
        {
            await using NpgsqlCommand command = domain.Log.DataSource.CreateCommand(
                $"select type, version, created, is_archived from {domain.Log.LogSchema}.mt_streams where id = $1");
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = id });
            await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
            if (await reader.ReadAsync(ct).ConfigureAwait(false))
            {
                return (domain, new StreamRow(
                    reader.IsDBNull(0) ? "stream" : reader.GetString(0),
                    reader.GetInt64(1),
                    new DateTimeOffset(reader.GetDateTime(2)),
                    reader.GetBoolean(3)));
            }
        }

        return null;
    }
}
