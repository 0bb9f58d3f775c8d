using Npgsql;
using Wya.Testing;

namespace Wya.Bench.Identity;

/// <summary>
/// The reference in the database: a row of a user's shape, one prepared statement and one commit each, a connection a
/// caller. No log, no claims of look-alikes, no sealed fields, no key.
/// </summary>
internal sealed class RawUsers : IAsyncDisposable
{
    private readonly TestDatabase database;
    private readonly NpgsqlConnection[] connections;
    private readonly NpgsqlCommand[] commands;

    private RawUsers(TestDatabase database, NpgsqlConnection[] connections)
    {
        this.database = database;
        this.connections = connections;
        commands = [.. connections.Select(Command)];
    }

    public static async Task<RawUsers> Create(int callers)
    {
        TestDatabase database = await TestPostgres.CreateDatabase("bench", Engine.Conversation.Types);
        await database.Execute(
            """
            create table raw_users (
                id uuid primary key, handle varchar(50) unique not null, age_layer text not null, birth_date date not null,
                verified_at timestamp null, created_at timestamp not null default now(), status varchar(20) not null default 'active');
            create index on raw_users (status);
            create index on raw_users (age_layer);
            """);
        var connections = new NpgsqlConnection[callers];
        for (int i = 0; i < callers; i++)
        {
            connections[i] = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await connections[i].OpenAsync();
        }

        var raw = new RawUsers(database, connections);
        foreach (NpgsqlCommand command in raw.commands)
        {
            await command.PrepareAsync();
        }

        return raw;
    }

    public async Task<int> Insert(int caller, string handle)
    {
        NpgsqlParameterCollection parameters = commands[caller].Parameters;
        ((NpgsqlParameter<Guid>)parameters[0]).TypedValue = Guid.CreateVersion7();
        ((NpgsqlParameter<string>)parameters[1]).TypedValue = handle;
        return await commands[caller].ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (NpgsqlConnection connection in connections)
        {
            await connection.DisposeAsync();
        }

        await database.DisposeAsync();
    }

    private static NpgsqlCommand Command(NpgsqlConnection connection) =>
        new("insert into raw_users (id, handle, age_layer, birth_date) values ($1, $2, 'adult', '1990-01-01')", connection)
        {
            Parameters = { new NpgsqlParameter<Guid>(), new NpgsqlParameter<string> { TypedValue = "" } },
        };
}
