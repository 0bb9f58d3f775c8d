using System.Text.Json;
using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>One row of <c>wya_operations</c>: what an operator did.</summary>
/// <param name="Id">Version 7: later ones are greater.</param>
/// <param name="Target">The read models, the consumer or the stream that it was about.</param>
/// <param name="Outcome"><c>done</c>, or <c>ordered</c>: a worker carries it out, and records what came of it.</param>
/// <param name="Numbers">What it changed.</param>
public sealed record Operation(
    Guid Id, DateTimeOffset At, string Domain, string Verb, string Target, string Actor, string Reason, string Outcome, JsonElement Numbers);

/// <summary>
/// The record of what operators did in one database: append-only by trigger. A verb that changes this database writes its
/// row in the same transaction; one that changes something outside it (a cache, a store of objects) afterwards.
/// </summary>
/// <param name="source">To the database, as its application role.</param>
/// <param name="domain">Whose database it is.</param>
/// <param name="schema">Where the table is.</param>
public sealed class Operations(NpgsqlDataSource source, string domain, string schema)
{
    public const string Done = "done";
    public const string Ordered = "ordered";

    public const int PageMax = 1_000;

    public static Operations Of(LogDatabase database) => new(database.DataSource, database.Name, database.LogSchema);

    /// <summary>The newest first.</summary>
    /// <param name="before">The id of the last one of the page before.</param>
    public async Task<IReadOnlyList<Operation>> List(Guid? before = null, int limit = 100, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = source.CreateCommand(
            $"""
            select id, at, verb, target, actor, reason, outcome, numbers::text from {schema}.wya_operations
             where id < $1 order by id desc limit $2
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = before ?? Guid.AllBitsSet });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Math.Clamp(limit, 1, PageMax) });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        List<Operation> found = [];
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            found.Add(new Operation(
                reader.GetGuid(0), new DateTimeOffset(reader.GetDateTime(1)), domain, reader.GetString(2), reader.GetString(3),
                reader.GetString(4), reader.GetString(5), reader.GetString(6), JsonElement.Parse(reader.GetString(7))));
        }

        return found;
    }

    /// <summary>For what was changed outside this database, once it is.</summary>
    public async Task Record(string verb, string target, Operator by, object numbers, CancellationToken ct = default)
    {
        await using NpgsqlConnection connection = await source.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Entry(schema, verb, target, by, Done, numbers) } };
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    /// <summary>The same as a statement, for the batch that changes something in this database.</summary>
    /// <param name="outcome"><see cref="Done"/> or <see cref="Ordered"/>.</param>
    public NpgsqlBatchCommand Entry(string verb, string target, Operator by, string outcome, object numbers) =>
        Entry(schema, verb, target, by, outcome, numbers);

    /// <summary>The statement that records it, for the transaction of the change.</summary>
    /// <param name="numbers">Serialized as JSON objects are everywhere.</param>
    internal static NpgsqlBatchCommand Entry(string schema, string verb, string target, Operator by, string outcome, object numbers) =>
        new($"insert into {schema}.wya_operations (id, at, verb, target, actor, reason, outcome, numbers) values ($1, now(), $2, $3, $4, $5, $6, $7)")
        {
            Parameters =
            {
                Sql.Value(Guid.CreateVersion7()), Sql.Value(verb), Sql.Value(target), Sql.Value(by.Actor), Sql.Value(by.Reason), Sql.Value(outcome),
                new NpgsqlParameter<string> { TypedValue = JsonSerializer.Serialize(numbers, numbers.GetType(), EventJson.Options), NpgsqlDbType = NpgsqlDbType.Jsonb },
            },
        };

    /// <summary>Records it in whatever transaction is open on the connection.</summary>
    internal static async Task Record(
        NpgsqlConnection connection, string schema, string verb, string target, Operator by, string outcome, object numbers, CancellationToken ct)
    {
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { Entry(schema, verb, target, by, outcome, numbers) } };
        await batch.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }
}
