using Npgsql;

namespace Wya.Cli;

/// <summary>Which exports were made, by whom, and whether their pseudonyms can still be linked.</summary>
internal static class ListExports
{
    /// <summary>What one domain's database holds of an export.</summary>
    private sealed record Row(
        Guid Id, string Domain, DateTimeOffset StartedAt, string Actor, string Format, long From, long To, bool IsRevealed, bool HasKey, DateTimeOffset? ForgottenAt);

    private static readonly TableColumn<Row>[] Columns =
    [
        new("export", row => row.Id.ToString()),
        new("domain", row => row.Domain),
        new("begun", row => Visible.Time(row.StartedAt)),
        new("actor", row => row.Actor),
        new("format", row => row.Format),
        new("from", row => Visible.Count(row.From), IsNumber: true),
        new("to", row => Visible.Count(row.To), IsNumber: true),
        new("ids", row => row.IsRevealed ? "as they are" : row.HasKey ? "pseudonyms" : $"pseudonyms, key forgotten {Visible.Time(row.ForgottenAt)}"),
    ];

    public static Verb Verb(Surroundings here)
    {
        var domain = SharedOptions.Domain(here, "Only what was exported of this domain.");
        var verb = new Verb(
            "list",
            "Exports that were begun, the newest first, and whether the key of their pseudonyms still exists.",
            "wya exports list",
            "wya exports list --domain messaging --json")
        {
            domain,
        };
        verb.SetAction(async (parsed, ct) =>
        {
            await using OpenDomains open = await OpenDomain.Open(here, parsed.GetValue(domain), ct).ConfigureAwait(false);
            List<Row> rows = [];
            foreach (OpenDomain each in open)
            {
                rows.AddRange(await Read(each, ct).ConfigureAwait(false));
            }

            new Answer(here, parsed.GetValue(SharedOptions.Json)).List(
                [.. rows.OrderByDescending(row => row.StartedAt)], row => row, "Nothing was exported.", Columns);
            return ExitCodes.Done;
        });
        return verb;
    }

    private static async Task<List<Row>> Read(OpenDomain domain, CancellationToken ct)
    {
        await using NpgsqlCommand command = domain.Log.DataSource.CreateCommand(
            $"""
            select id, started_at, actor, format, from_seq_id, to_seq_id, is_revealed, pseudonym_key is not null, forgotten_at
            from {domain.Log.LogSchema}.wya_exports
            """);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Row> rows = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            rows.Add(new Row(
                reader.GetGuid(0), domain.Name, new DateTimeOffset(reader.GetDateTime(1)), reader.GetString(2), reader.GetString(3), reader.GetInt64(4),
                reader.GetInt64(5), reader.GetBoolean(6), reader.GetBoolean(7), reader.IsDBNull(8) ? null : new DateTimeOffset(reader.GetDateTime(8))));
        }

        return rows;
    }
}
