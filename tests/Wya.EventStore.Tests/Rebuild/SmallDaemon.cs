using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.EventStore.Tests.Rebuild;

/// <summary>
/// The least that a leader of an asynchronous read model does: keeps rows in memory, and writes them together with the
/// position under its epoch, which it locks first. Counts how often it had to forget its rows.
/// </summary>
public sealed class SmallDaemon(PostgresEventStore store, ReadModel model)
{
    private const int PageEvents = 50;

    private readonly ITablePage[] pages = [.. model.Tables.Select(table => table.NewPage())];
    private long epoch = -1;
    private long position;

    public int Forgot { get; private set; }

    public async Task<bool> Step()
    {
        await using NpgsqlConnection connection = await store.Database.DataSource.OpenConnectionAsync();
        if (epoch < 0)
        {
            await TakeOver(connection);
        }

        List<RecordedEvent> events = await Read();
        if (events.Count == 0)
        {
            return false;
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync();
        if (!await Advance(connection, events[^1].Position))
        {
            epoch = -1;
            return true;
        }

        await Fold(connection, events);
        await transaction.CommitAsync();
        position = events[^1].Position;
        return true;
    }

    private async Task TakeOver(NpgsqlConnection connection)
    {
        foreach (ITablePage page in pages)
        {
            page.Forget();
        }

        Forgot++;
        await using var command = new NpgsqlCommand(
            "insert into log.wya_projections (name) values ($1) on conflict do nothing", connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.Name });
        await command.ExecuteNonQueryAsync();
        await using var own = new NpgsqlCommand(
            """
            with led as (update log.wya_projections set epoch = epoch + 1 where name = $1 returning epoch),
                 stands as (insert into log.mt_event_progression (name, last_seq_id) values ($2, 0)
                            on conflict (name) do update set last_seq_id = mt_event_progression.last_seq_id returning last_seq_id)
            select epoch, last_seq_id from led, stands
            """, connection);
        own.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.Name });
        own.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.ProgressionName });
        await using NpgsqlDataReader reader = await own.ExecuteReaderAsync();
        await reader.ReadAsync();
        (epoch, position) = (reader.GetInt64(0), reader.GetInt64(1));
    }

    private async Task<List<RecordedEvent>> Read()
    {
        List<RecordedEvent> events = [];
        await foreach (RecordedEvent recorded in store.ReadLog(new LogRange(position, position + PageEvents)))
        {
            events.Add(recorded);
        }

        return events;
    }

    private async Task<bool> Advance(NpgsqlConnection connection, long to)
    {
        await using var command = new NpgsqlCommand(
            """
            with mine as materialized (select 1 from log.wya_projections where name = $1 and epoch = $2 for share)
            select count(*) from mine
            """, connection);
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.Name });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = epoch });
        if ((long)(await command.ExecuteScalarAsync())! == 0)
        {
            return false;
        }

        await using var move = new NpgsqlCommand(
            "update log.mt_event_progression set last_seq_id = $2 where name = $1 and last_seq_id = $3", connection);
        move.Parameters.Add(new NpgsqlParameter<string> { TypedValue = model.ProgressionName });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = to });
        move.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
        return await move.ExecuteNonQueryAsync() == 1;
    }

    private async Task Fold(NpgsqlConnection connection, List<RecordedEvent> events)
    {
        foreach (ITablePage page in pages)
        {
            events.ForEach(page.Touch);
            if (page.Load("public") is { } load)
            {
                await using var batch = new NpgsqlBatch(connection) { BatchCommands = { load } };
                await using NpgsqlDataReader reader = await batch.ExecuteReaderAsync();
                await page.Loaded(reader, CancellationToken.None);
            }
        }

        foreach (ITablePage page in pages)
        {
            events.ForEach(page.Apply);
            await using var batch = new NpgsqlBatch(connection);
            foreach (NpgsqlBatchCommand write in page.Write("public"))
            {
                batch.BatchCommands.Add(write);
            }

            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync();
            }
        }
    }
}
