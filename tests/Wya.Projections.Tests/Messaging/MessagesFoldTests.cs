using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections.Messaging;
using Xunit;

namespace Wya.Projections.Tests.Messaging;

/// <summary>At every moment the rows of a conversation are the fold of its stream by sequence.</summary>
public sealed class MessagesFoldTests(MessagingHouse house) : IClassFixture<MessagingHouse>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    [Trait("seed", "5.1")]
    [Trait("seed", "5.2")]
    [Trait("seed", "5.3")]
    [Trait("seed", "R5")]
    public async Task Rows_are_the_fold_of_their_stream_whatever_happens_and_a_rebuild_makes_the_same()
    {
        // At the same time, so that the log interleaves them.
        Guid[] conversations = await Task.WhenAll(Enumerable.Range(0, 20).Select(Live));
        Dictionary<Guid, string[]> before = [];
        foreach (Guid conversation in conversations)
        {
            before[conversation] = await Shown(conversation);
        }

        (await Rebuilt()).RowsDiffering.ShouldBe(0);

        foreach (Guid conversation in conversations)
        {
            (await Shown(conversation)).ShouldBe(before[conversation]);
            before[conversation].ShouldBe(new NaiveFold(await Stream(conversation)).Rows);
        }

        string[] kinds = [.. before.Values.SelectMany(rows => rows).Select(row => row.Split(' ')[0]).Distinct().Order()];
        kinds.ShouldBe(["ConversationRow", "EditRow", "MentionRow", "MessageRow", "ParticipantRow", "ReactionRow"]);
    }

    [Fact]
    [Trait("seed", "5.1")]
    public async Task An_edit_that_comes_after_the_deletion_changes_nothing_and_one_that_came_before_would()
    {
        (Guid conversation, UserId one) = await Two();
        Guid message = await house.Record(conversation, new MessageSent(one, MessageKind.Text, MessagingHouse.Says(one, "first")));
        await house.Record(conversation, new MessageDeleted(one, new MessageId(message)));
        string[] deleted = [.. (await Shown(conversation)).Where(row => row.StartsWith("MessageRow", StringComparison.Ordinal))];

        await house.Record(conversation, new MessageEdited(one, new MessageId(message), MessagingHouse.Says(one, "second")));

        (await Shown(conversation)).Where(row => row.StartsWith("MessageRow", StringComparison.Ordinal)).ShouldBe(deleted);
        List<RecordedEvent> stream = await Stream(conversation);
        (await Shown(conversation)).ShouldBe(new NaiveFold(stream).Rows);

        // The planted fault: the same events by another sequence are another message.
        List<RecordedEvent> exchanged = [.. stream.Take(2), At(stream[3], 3), At(stream[2], 4)];
        (await Shown(conversation)).ShouldNotBe(new NaiveFold(exchanged).Rows);
    }

    [Theory]
    [InlineData("update messages set content_position = content_position - 1 where conversation_id = '{0}'", 1)]
    [InlineData("update conversations set last_sequence = last_sequence + 1 where id = '{0}'", 1)]
    [InlineData("update participants set read_sequence = read_sequence + 1 where conversation_id = '{0}'", 2)]
    [InlineData("delete from mentions where conversation_id = '{0}'", 1)]
    [InlineData("update reactions set emoji = '👎' where message_id in (select message_id from messages where conversation_id = '{0}')", 2)]
    [InlineData("delete from edits where message_id in (select message_id from messages where conversation_id = '{0}')", 1)]
    [Trait("seed", "R5")]
    public async Task A_row_that_is_not_the_fold_is_found_and_a_rebuild_mends_it(string fault, int differing)
    {
        (Guid conversation, UserId one) = await Two();
        Guid message = await house.Record(conversation, new MessageSent(one, MessageKind.Text, MessagingHouse.Says(one, "first"), null, [one]));
        await house.Record(conversation, new MessageEdited(one, new MessageId(message), MessagingHouse.Says(one, "second")));
        await house.Record(conversation, new MessageReacted(one, new MessageId(message), "👍"));
        string[] fold = new NaiveFold(await Stream(conversation)).Rows;
        (await Shown(conversation)).ShouldBe(fold);

        await house.Database.Execute(string.Format(null, fault, conversation));

        (await Shown(conversation)).ShouldNotBe(fold);
        (await Rebuilt()).RowsDiffering.ShouldBe(differing);
        (await Shown(conversation)).ShouldBe(fold);
    }

    private static RecordedEvent At(RecordedEvent recorded, long version) => new()
    {
        Position = recorded.Position,
        Id = recorded.Id,
        StreamId = recorded.StreamId,
        Version = version,
        Type = recorded.Type,
        SchemaVersion = recorded.SchemaVersion,
        Time = recorded.Time,
        Data = recorded.Data,
        Metadata = recorded.Metadata,
    };

    private async Task<Guid> Live(int seed)
    {
        var talk = new RandomTalk(seed);
        for (int i = 0; i < 60; i++)
        {
            ConversationEvent fact = i == 0 ? talk.Begin() : talk.Next();
            talk.Happened(await house.Record(talk.Id, fact), fact);
            if (i % 5 == 4)
            {
                List<RecordedEvent> stream = await Stream(talk.Id);
                stream.Select(one => one.Version).ShouldBe(Enumerable.Range(1, i + 1).Select(version => (long)version));
                (await Shown(talk.Id)).ShouldBe(new NaiveFold(stream).Rows, $"seed {seed}, after {i + 1} events");
            }
        }

        return talk.Id;
    }

    private async Task<(Guid Conversation, UserId One)> Two()
    {
        var conversation = Guid.CreateVersion7();
        var one = new UserId(Guid.CreateVersion7());
        var other = new UserId(Guid.CreateVersion7());
        await house.Record(conversation, new ConversationCreated(ConversationKind.Direct, AgeLayer.Adult, one, [one, other], IsRequest: false));
        return (conversation, one);
    }

    private ValueTask<List<RecordedEvent>> Stream(Guid conversation) => house.Store.ReadStream(conversation).ToListAsync(Ct);

    private async Task<string[]> Shown(Guid conversation)
    {
        string ofMessages = $"message_id in (select message_id from public.messages where conversation_id = '{conversation}')";
        return NaiveFold.Lines(
            await house.Rows(new ConversationsTable(), $"id = '{conversation}'"),
            await house.Rows(new ParticipantsTable(), $"conversation_id = '{conversation}'"),
            await house.Rows(new MessagesTable(), $"conversation_id = '{conversation}'"),
            await house.Rows(new EditsTable(), ofMessages),
            await house.Rows(new MentionsTable(), $"conversation_id = '{conversation}'"),
            await house.Rows(new ReactionsTable(), ofMessages));
    }

    private async Task<RebuildJob> Rebuilt()
    {
        IReadOnlyList<ReadModel> models = MessagingHouse.Definition.ReadModels;
        var rebuilds = new Rebuilds(house.Log, models, TimeProvider.System);
        (await rebuilds.Request(MessagingHouse.Conversations.Name, "test", ct: Ct)).Refusal.ShouldBeNull();
        var worker = new RebuildWorker(house.Log, models, TimeProvider.System);
        (await worker.RunOnce(Ct)).ShouldBeTrue();
        if (await rebuilds.Show(MessagingHouse.Conversations.Name, Ct) is { IsHeld: true } held)
        {
            (await rebuilds.Approve(held.Projection, held.Fingerprint!, new Operator("test", "the fault that was planted"), Ct)).Refusal.ShouldBeNull();
            (await worker.RunOnce(Ct)).ShouldBeTrue();
        }

        RebuildJob job = (await rebuilds.Show(MessagingHouse.Conversations.Name, Ct)).ShouldNotBeNull();
        job.State.ShouldBe(RebuildState.Done, job.Explanation);
        return job;
    }
}
