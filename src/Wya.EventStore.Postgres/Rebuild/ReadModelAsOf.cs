using System.Runtime.CompilerServices;
using System.Text.Json;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// A read model as it was when it stood at a position of its log: the log up to there is folded into temporary tables of one
/// session, which end with it. The live tables are not touched, not even read.
/// It is what a system that had been stopped there would show, but for what has been destroyed or decided since: values of people
/// who were erased are gone, and events that operators discarded are left out. A stream that is parked is as its parking left it.
/// Cost: a fold of the whole log up to the position.
/// </summary>
public sealed class ReadModelAsOf : IAsyncDisposable
{
    private const string Temporary = "pg_temp";

    private readonly NpgsqlConnection connection;

    private ReadModelAsOf(NpgsqlConnection connection, ReadModel model, long position)
    {
        this.connection = connection;
        Model = model;
        Position = position;
    }

    public ReadModel Model { get; }

    public long Position { get; }

    /// <param name="source">The log that the model is folded from. Without keys, what is sealed counts as erased.</param>
    /// <param name="target">The database that keeps it; another one for a subscription.</param>
    /// <param name="position">Committed in the source's log.</param>
    /// <param name="progress">Told the position that is reached.</param>
    /// <exception cref="InvalidDataException">The log has a hole, or holds an event that cannot be folded and is not parked.</exception>
    public static Task<ReadModelAsOf> Compute(
        LogDatabase source, LogDatabase target, ReadModel model, long position, Action<long>? progress = null, CancellationToken ct = default) =>
        Compute(source, target, model, position, null, progress, ct);

    /// <summary>The same of a model that goes on, in the middle of the log, from the rows of another with the same columns.</summary>
    /// <param name="before">What folds the log up to its position.</param>
    /// <exception cref="InvalidDataException">The columns are not the same, or see there.</exception>
    public static Task<ReadModelAsOf> GoOn(
        (LogDatabase Source, ReadModel Model, long Position) before, LogDatabase source, LogDatabase target, ReadModel model, long position, CancellationToken ct = default)
    {
        bool isAlike = model.Tables.Count == before.Model.Tables.Count && model.Tables.All(
            table => before.Model.Tables.Any(other => other.Name == table.Name && other.ColumnNames.SequenceEqual(table.ColumnNames)));
        return isAlike
            ? Compute(source, target, model, position, before, null, ct)
            : throw new InvalidDataException($"The tables of {model.Name} have other columns there than here, so it cannot go on from rows that were made here.");
    }

    private static async Task<ReadModelAsOf> Compute(
        LogDatabase source, LogDatabase target, ReadModel model, long position, (LogDatabase Source, ReadModel Model, long Position)? before,
        Action<long>? progress, CancellationToken ct)
    {
        NpgsqlConnection connection = await RebuildConnection.Open(target, ct).ConfigureAwait(false);
        try
        {
            foreach (ITable table in model.Tables)
            {
                await connection.Execute(table.CreateSql(Temporary), ct).ConfigureAwait(false);
            }

            if (before is var (folded, by, to))
            {
                await Fold(folded, target, by, 0, to, connection, null, ct).ConfigureAwait(false);
            }

            await Fold(source, target, model, before?.Position ?? 0, position, connection, progress, ct).ConfigureAwait(false);
            return new ReadModelAsOf(connection, model, position);
        }
        catch (Exception failure)
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            if (failure is RebuildFailedException unfoldable)
            {
                throw new InvalidDataException(unfoldable.Message, unfoldable);
            }

            throw;
        }
    }

    /// <summary>The rows of one of its tables, each as a JSON object of its columns, in the order of the key.</summary>
    /// <param name="having">Columns and the values, as text, that they must have.</param>
    public async IAsyncEnumerable<JsonElement> Rows(
        ITable table, IReadOnlyList<KeyValuePair<string, string>>? having = null, int limit = int.MaxValue, [EnumeratorCancellation] CancellationToken ct = default)
    {
        KeyValuePair<string, string>[] wanted = [.. having ?? []];
        string[] conditions = [.. wanted.Select((one, i) => $"t.{Sql.Quoted(one.Key)}::text = ${i + 2}")];
        IReadOnlyList<string> key = await KeyColumns(table, ct).ConfigureAwait(false);
        await using var command = new NpgsqlCommand(
            $"""
            select to_jsonb(t)::text from {Temporary}.{table.Name} t
            {(conditions.Length == 0 ? "" : "where " + string.Join(" and ", conditions))}
            order by {(key.Count == 0 ? "t::text" : string.Join(", ", key.Select(column => $"t.{Sql.Quoted(column)}")))} limit $1
            """,
            connection);
        command.Parameters.Add(Sql.Value(limit));
        foreach ((_, string value) in wanted)
        {
            command.Parameters.Add(Sql.Value(value));
        }

        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            yield return JsonElement.Parse(reader.GetString(0));
        }
    }

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private static async Task Fold(
        LogDatabase source, LogDatabase target, ReadModel model, long after, long position, NpgsqlConnection connection, Action<long>? progress, CancellationToken ct)
    {
        var options = new RebuildOptions();
        var passed = new PassedStreams(target, model, recordedUnder: null);
        await passed.TakeDiscarded(connection, 0, null, ct).ConfigureAwait(false);
        var replay = new TableReplay(model, Temporary, connection, passed, options.RowsCachedMax, after, _ => []);
        // Of streams that are archived now the events are taken too: they were applied when they happened.
        await using var scan = new LogScan(source, options.PageEvents, includeArchived: true);
        await foreach (ScannedPage page in scan.Pages(after, position, ct).ConfigureAwait(false))
        {
            if (!source.Seals.HasKeys)
            {
                foreach (LogEntry entry in page.Events)
                {
                    if (entry.Recorded is { } recorded)
                    {
                        EventSeals.Withhold(recorded);
                    }
                }
            }

            await replay.Apply(page.Events, page.To, ct).ConfigureAwait(false);
            progress?.Invoke(page.To);
        }
    }

    /// <summary>The columns of a table's primary key, in their order; none when it has none.</summary>
    public async Task<IReadOnlyList<string>> KeyColumns(ITable table, CancellationToken ct = default) => await connection.Query(
        """
        select a.attname::text from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any(i.indkey)
        where i.indrelid = to_regclass($1) and i.indisprimary order by array_position(i.indkey::smallint[], a.attnum)
        """,
        row => row.GetString(0), ct, Sql.Value($"{Temporary}.{table.Name}")).ConfigureAwait(false);
}
