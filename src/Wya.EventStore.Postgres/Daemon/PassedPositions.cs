using System.Threading.Channels;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// Stores the positions of a database's consumers that have passed over events which do not concern them, all in one
/// statement, a moment later: most events concern few of the consumers, and a transaction for each of the others would cost
/// more than the events themselves. Until then only this process knows; if it dies, the next leader looks at those events
/// again, and they concern it as little.
/// </summary>
internal sealed class PassedPositions(LogDatabase database)
{
    private static readonly TimeSpan Gathers = TimeSpan.FromMilliseconds(20);

    private readonly Channel<(Lead Lead, long To)> passed = Channel.CreateUnbounded<(Lead, long)>(new UnboundedChannelOptions { SingleReader = true });

    public void Add(Lead lead) => passed.Writer.TryWrite((lead, lead.Position));

    public async Task Run(CancellationToken stop)
    {
        try
        {
            while (await passed.Reader.WaitToReadAsync(stop).ConfigureAwait(false))
            {
                await Task.Delay(Gathers, stop).ConfigureAwait(false);
                await Store(stop).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            await Store(CancellationToken.None).ConfigureAwait(false); // so that who looks while nobody runs sees them at the end
        }
    }

    private async Task Store(CancellationToken ct)
    {
        Dictionary<Lead, long> newest = [];
        while (passed.Reader.TryRead(out (Lead Lead, long To) each))
        {
            newest[each.Lead] = each.To;
        }

        (Lead Lead, long To)[] open = [.. newest.Where(each => each.Value > each.Key.Kept).Select(each => (each.Key, each.Value))];
        if (open.Length == 0)
        {
            return;
        }

        try
        {
            await using NpgsqlCommand command = database.DataSource.CreateCommand($"select {database.LogSchema}.wya_pass($1, $2, $3, $4, $5)");
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. open.Select(each => each.Lead.Consumer.Name)] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. open.Select(each => each.Lead.Consumer.ProgressionName)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. open.Select(each => each.Lead.Epoch)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. open.Select(each => each.Lead.Kept)] });
            command.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. open.Select(each => each.To)] });
            HashSet<string> kept = [];
            await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false))
            {
                while (await reader.ReadAsync(ct).ConfigureAwait(false))
                {
                    kept.Add(reader.GetString(0));
                }
            }

            foreach ((Lead lead, long to) in open)
            {
                if (kept.Contains(lead.Consumer.Name))
                {
                    lead.KeptAt(to);
                }
                else if (to > lead.Kept)
                {
                    lead.NotKept();
                }
            }
        }
        catch (Exception failure) when (failure is NpgsqlException or OperationCanceledException or ObjectDisposedException or TimeoutException)
        {
            // Whose position is not stored adds it again with its next look at the log.
        }
    }
}
