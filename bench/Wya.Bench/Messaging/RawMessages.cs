using Npgsql;
using Wya.Testing;

namespace Wya.Bench.Messaging;

/// <summary>
/// The reference in the database: a row of a message's shape, one prepared statement and one commit each, a connection a
/// caller. No sequence without gaps, no sealing, no log, nobody asked whether they may.
/// </summary>
internal sealed class RawMessages : IAsyncDisposable
{
    private const int Conversations = 40;

    private readonly TestDatabase database;
    private readonly NpgsqlConnection[] connections;
    private readonly NpgsqlCommand[] commands;
    private readonly Guid[] conversations = [.. Enumerable.Range(0, Conversations).Select(_ => Guid.NewGuid())];

    private RawMessages(TestDatabase database, NpgsqlConnection[] connections)
    {
        this.database = database;
        this.connections = connections;
        commands = [.. connections.Select(Command)];
    }

    public static async Task<RawMessages> Create(int callers)
    {
        TestDatabase database = await TestPostgres.CreateDatabase("bench", Engine.Conversation.Types);
        await database.Execute(
            """
            create table raw_messages (
                message_id uuid primary key, conversation_id uuid not null, sender_id uuid not null,
                content text not null, sent_at timestamptz not null default now());
            create index on raw_messages (conversation_id, sent_at);
            """);
        var connections = new NpgsqlConnection[callers];
        for (int i = 0; i < callers; i++)
        {
            connections[i] = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await connections[i].OpenAsync();
        }

        var raw = new RawMessages(database, connections);
        foreach (NpgsqlCommand command in raw.commands)
        {
            await command.PrepareAsync();
        }

        return raw;
    }

    public Task<Round> Run(TimeSpan length) => Rounds.Callers(connections.Length, length, caller =>
    {
        NpgsqlParameterCollection parameters = commands[caller].Parameters;
        ((NpgsqlParameter<Guid>)parameters[0]).TypedValue = Guid.CreateVersion7();
        ((NpgsqlParameter<Guid>)parameters[1]).TypedValue = conversations[Random.Shared.Next(Conversations)];
        return commands[caller].ExecuteNonQueryAsync();
    });

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await database.DisposeAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection) =>
        new("insert into raw_messages (message_id, conversation_id, sender_id, content) values ($1, $2, $3, $4)", connection)
        {
            Parameters =
            {
                new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid>(), new NpgsqlParameter<Guid> { TypedValue = Guid.NewGuid() },
                new NpgsqlParameter<string> { TypedValue = MessagingTown.Text },
            },
        };
}
