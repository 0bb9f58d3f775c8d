using System.Data;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Prove.Checking;

namespace Wya.Prove.Rebuild;

/// <summary>Takes snapshots of a read model together with the position that it stands at, to be compared with folds later.</summary>
internal sealed class TableAudit
{
    private readonly List<Snapshot> snapshots = [];
    private volatile int damagedFrom = int.MaxValue;
    private long mendedAt = long.MaxValue;

    public TableAudit(string connectionString, ReadModel model, string positionSql, CancellationToken stop) =>
        Auditing = Task.Run(() => Audit(connectionString, model.Tables[0].Name, positionSql, stop), CancellationToken.None);

    public sealed record Snapshot(long Position, IReadOnlyList<TallyRow> Rows);

    public Task Auditing { get; }

    public IReadOnlyList<Snapshot> Snapshots
    {
        get
        {
            lock (snapshots)
            {
                return [.. snapshots];
            }
        }
    }

    /// <summary>From now on, until it is mended, the rows are not those of the fold.</summary>
    public void DamagedFrom()
    {
        lock (snapshots)
        {
            damagedFrom = snapshots.Count;
            mendedAt = long.MaxValue;
        }
    }

    /// <summary>Snapshots at positions beyond the swap are of the new tables.</summary>
    public void MendedAt(long swapPosition)
    {
        lock (snapshots)
        {
            mendedAt = damagedFrom < int.MaxValue ? swapPosition : mendedAt;
        }
    }

    /// <summary>Snapshots that should equal the fold at their position, and do not.</summary>
    public int Differing(IReadOnlyList<LogEntry> log) => Count(log, damaged: false);

    public int DamagedDiffering(IReadOnlyList<LogEntry> log) => Count(log, damaged: true);

    private int Count(IReadOnlyList<LogEntry> log, bool damaged)
    {
        int differing = 0, folded = 0;
        Dictionary<Guid, TallyRow> fold = [];
        foreach ((Snapshot snapshot, int number) in Snapshots.Select((snapshot, number) => (snapshot, number)).OrderBy(one => one.snapshot.Position))
        {
            for (; folded < snapshot.Position; folded++)
            {
                LogEntry entry = log[folded];
                fold[entry.StreamId] = (fold.GetValueOrDefault(entry.StreamId) ?? TallyRow.Empty(entry.StreamId)).With(entry.Mark, entry.Amount, entry.Version);
            }

            if (damaged == (number >= damagedFrom && snapshot.Position <= mendedAt))
            {
                differing += snapshot.Rows.Count == fold.Count && snapshot.Rows.All(row => fold.TryGetValue(row.StreamId, out TallyRow? expected) && row == expected) ? 0 : 1;
            }
        }

        return differing;
    }

    private async Task Audit(string connectionString, string table, string positionSql, CancellationToken stop)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(CancellationToken.None);
        while (!stop.IsCancellationRequested)
        {
            await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, CancellationToken.None);

            // Before the snapshot is taken, so that no swap can come between the snapshot and the table's name.
            await using var hold = new NpgsqlCommand($"lock table {table} in access share mode", connection, transaction);
            await hold.ExecuteNonQueryAsync(CancellationToken.None);
            await using var rowsCommand = new NpgsqlCommand($"select stream_id, events, total, version, digest from {table}", connection, transaction);
            List<TallyRow> rows = [];
            await using (NpgsqlDataReader reader = await rowsCommand.ExecuteReaderAsync(CancellationToken.None))
            {
                while (await reader.ReadAsync(CancellationToken.None))
                {
                    rows.Add(new TallyRow(reader.GetGuid(0), reader.GetInt64(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4)));
                }
            }

            await using var positionCommand = new NpgsqlCommand(positionSql, connection, transaction);
            long position = (long)(await positionCommand.ExecuteScalarAsync(CancellationToken.None))!;
            await transaction.CommitAsync(CancellationToken.None);
            lock (snapshots)
            {
                snapshots.Add(new Snapshot(position, rows));
            }

            await Task.Delay(250, CancellationToken.None);
        }
    }
}
