using Npgsql;
using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Xunit;

namespace Wya.Projections.Tests.Messaging;

/// <summary>The specification's table of message events: here a view of the log, which nobody writes to.</summary>
public sealed class MessageEventsViewTests(MessagingHouse house) : IClassFixture<MessagingHouse>
{
    /// <summary>As specified, in a schema of its own.</summary>
    private const string Specified =
        """
        create schema seed;
        set local search_path = seed;
        CREATE TABLE users (id UUID PRIMARY KEY);
        CREATE TABLE message_events (
          message_id UUID PRIMARY KEY,
          conversation_id UUID NOT NULL,
          sender_id UUID NOT NULL REFERENCES users(id) ON DELETE CASCADE,
          type VARCHAR(20) NOT NULL CHECK (type IN ('text', 'reaction', 'edit', 'delete')),
          payload JSONB NOT NULL,
          sequence_number BIGSERIAL NOT NULL,
          created_at TIMESTAMP NOT NULL DEFAULT NOW()
        );
        """;

    private const string Columns =
        """
        select string_agg(format('%s %s %s', attnum, attname, format_type(atttypid, atttypmod)), ', ' order by attnum)
          from pg_attribute where attrelid = '{0}.message_events'::regclass and attnum > 0 and not attisdropped
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("seed", "5.S1")]
    public async Task The_columns_are_as_specified()
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(Ct);
        await Run(connection, Specified);
        string specified = await Text(connection, Columns.Replace("{0}", "seed"));
        specified.ShouldStartWith("1 message_id uuid, 2 conversation_id uuid");
        (await Text(connection, Columns.Replace("{0}", "public"))).ShouldBe(specified);
        await transaction.RollbackAsync(Ct);
    }

    [Fact]
    [Trait("seed", "5.S1")]
    [Trait("seed", "5.2")]
    public async Task What_happens_to_messages_stands_in_it_by_sequence_and_sealed()
    {
        (Guid conversation, Guid message, UserId one) = await Talked("a plain word");

        List<(Guid Id, string Type, long Sequence, Guid Sender, string Payload)> rows = [];
        await using NpgsqlCommand command = house.Log.DataSource.CreateCommand(
            $"""
            select message_id, type, sequence_number, sender_id, payload::text from message_events
            where conversation_id = '{conversation}' order by sequence_number
            """);
        await using (NpgsqlDataReader reader = await command.ExecuteReaderAsync(Ct))
        {
            while (await reader.ReadAsync(Ct))
            {
                rows.Add((reader.GetGuid(0), reader.GetString(1), reader.GetInt64(2), reader.GetGuid(3), reader.GetString(4)));
            }
        }

        rows.Select(row => row.Type).ShouldBe(["text", "edit", "reaction", "reaction", "delete"]); // neither reading nor what is no message
        rows.Select(row => row.Sequence).ShouldBe([2L, 3, 4, 5, 7]);
        rows.ShouldAllBe(row => row.Sender == one.Value);
        rows[0].Id.ShouldBe(message);
        rows.Select(row => row.Id).Distinct().Count().ShouldBe(5); // an edit is an event of its own
        rows.ShouldAllBe(row => !row.Payload.Contains("plain word", StringComparison.Ordinal));
        rows[0].Payload.ShouldContain("sealed1:");
        rows[1].Payload.ShouldContain("sealed1:");
        rows.Count(row => row.Payload.Contains("\"removed\": true", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [Trait("seed", "5.S1")]
    [InlineData("sender_id = '{sender}'", "idx_message_events_sender")]
    [InlineData("created_at > '2999-01-01'", "idx_message_events_created")]
    [InlineData("created_at > '2999-01-01' order by created_at", "idx_message_events_created")]
    [InlineData("conversation_id = '{conversation}' and sequence_number > 3 order by sequence_number", "pk_mt_events_stream_and_version")]
    [InlineData("message_id = '{message}'", "wya_events_id")]
    public async Task It_is_looked_up_by_the_indexes_that_are_specified(string where, string index)
    {
        (Guid conversation, Guid message, UserId one) = await Talked("words");
        for (int i = 0; i < 10; i++)
        {
            await Talked("more");
        }

        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        await Run(connection, "analyze log.mt_events; set enable_seqscan = off");
        string asked = where.Replace("{sender}", $"{one}").Replace("{conversation}", $"{conversation}").Replace("{message}", $"{message}");
        List<string> plan = [];
        await using var explain = new NpgsqlCommand($"explain select * from message_events where {asked}", connection);
        await using NpgsqlDataReader reader = await explain.ExecuteReaderAsync(Ct);
        while (await reader.ReadAsync(Ct))
        {
            plan.Add(reader.GetString(0));
        }

        string.Join('\n', plan).ShouldContain($" {index}");
        string.Join('\n', plan).ShouldContain("Index Cond");
        plan.ShouldNotContain(line => line.Contains("Seq Scan", StringComparison.Ordinal) || line.Contains("Sort", StringComparison.Ordinal));
    }

    [Theory]
    [Trait("seed", "5.1")]
    [Trait("seed", "5.4")]
    [InlineData("update message_events set conversation_id = gen_random_uuid()")]
    [InlineData("update message_events set sequence_number = 1")]
    [InlineData("delete from message_events")]
    [InlineData("insert into message_events (message_id, conversation_id, sequence_number) values (gen_random_uuid(), gen_random_uuid(), 1)")]
    public async Task Nobody_writes_through_it(string sql)
    {
        await Talked("words");
        long there = await house.Database.Scalar<long>("select count(*) from message_events");
        await using NpgsqlCommand command = house.Log.DataSource.CreateCommand(sql);
        (await Should.ThrowAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Ct))).SqlState.ShouldBe(PostgresErrorCodes.InsufficientPrivilege);
        (await house.Database.Scalar<long>("select count(*) from message_events")).ShouldBe(there);
    }

    [Theory]
    [Trait("seed", "5.4")]
    [InlineData("update message_events set payload = '{}'", PostgresErrorCodes.ObjectNotInPrerequisiteState)]
    [InlineData("update message_events set type = 'text'", PostgresErrorCodes.ObjectNotInPrerequisiteState)]
    public async Task What_a_message_said_has_no_column_that_could_be_written(string sql, string sqlState)
    {
        await using var connection = new NpgsqlConnection(house.Database.OwnerConnectionString);
        await connection.OpenAsync(Ct);
        (await Should.ThrowAsync<PostgresException>(() => Run(connection, sql))).SqlState.ShouldBeOneOf(sqlState, PostgresErrorCodes.FeatureNotSupported);
    }

    private async Task<(Guid Conversation, Guid Message, UserId One)> Talked(string text)
    {
        var conversation = Guid.CreateVersion7();
        var one = new UserId(Guid.CreateVersion7());
        var other = new UserId(Guid.CreateVersion7());
        await house.Record(conversation, new ConversationCreated(ConversationKind.Direct, AgeLayer.Adult, one, [one, other], IsRequest: false));
        Guid message = await house.Record(conversation, new MessageSent(one, MessageKind.Text, MessagingHouse.Says(one, text)));
        var id = new MessageId(message);
        await house.Record(conversation, new MessageEdited(one, id, MessagingHouse.Says(one, text + " and another")));
        await house.Record(conversation, new MessageReacted(one, id, "👍"));
        await house.Record(conversation, new ReactionRemoved(one, id, "👍"));
        await house.Record(conversation, new MessageRead(other, id, 2, IsPublic: true));
        await house.Record(conversation, new MessageDeleted(one, id));
        return (conversation, message, one);
    }

    private static async Task Run(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(Ct);
    }

    private static async Task<string> Text(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(Ct))!;
    }
}
