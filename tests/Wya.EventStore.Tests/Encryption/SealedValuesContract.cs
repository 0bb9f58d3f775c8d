using System.Text.Json;
using Shouldly;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

/// <summary>What every store promises about sensitive values.</summary>
public abstract class SealedValuesContract
{
    private readonly Guid author = Guid.CreateVersion7(), other = Guid.CreateVersion7(), stream = Guid.CreateVersion7();

    protected abstract IEventStore Store { get; }

    protected abstract Task Destroy(Guid subject);

    [Fact]
    public async Task What_was_sealed_is_read_as_it_was_written()
    {
        DiaryWritten written = Diary.Written(author, other, Text());
        await Write(written);
        (await Read()).Single().ShouldBeOfType<DiaryWritten>().ShouldSatisfyAllConditions(
            read => read.Title.ShouldBe(written.Title),
            read => read.Lines.ShouldBe(written.Lines),
            read => read.Day.ShouldBe(written.Day));
    }

    [Fact]
    public async Task An_event_of_several_people_loses_only_what_was_the_erased_ones()
    {
        string text = Text();
        await Write(Diary.Written(author, other, text));
        await Destroy(other);
        var read = (DiaryWritten)(await Read()).Single();
        read.Title.ValueOr("gone").ShouldBe(text + " title");
        read.Lines[0].Words.ValueOr("gone").ShouldBe(text + " mine");
        read.Lines[1].Words.IsErased.ShouldBeTrue();
        read.Lines[1].Words.ValueOr("gone").ShouldBe("gone");
        read.Lines[1].Number.ShouldBe(2);
    }

    [Fact]
    public async Task Nothing_new_is_kept_of_somebody_whose_key_is_destroyed()
    {
        await Destroy(other);
        await Write(Diary.Written(author, other, Text()));
        var read = (DiaryWritten)(await Read()).Single();
        read.Lines[1].Words.IsErased.ShouldBeTrue();
        read.Lines[0].Words.IsErased.ShouldBeFalse();
    }

    [Fact]
    public async Task An_append_seals_like_a_command()
    {
        await Store.Append(new Append(
            CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, "diary", ExpectedVersion.None, [Diary.Written(author, other, Text()), new DiaryClosed()])));
        (await Read()).Count.ShouldBe(2);
    }

    [Fact]
    public async Task A_sensitive_value_never_shows_itself()
    {
        DiaryWritten written = Diary.Written(author, other, "secret");
        written.ToString().ShouldNotContain("secret");
        Should.Throw<InvalidOperationException>(() => JsonSerializer.Serialize(written, EventJson.Options));
        await Write(written);
        JsonSerializer.Serialize((await Read()).Single(), EventJson.Options).ShouldNotContain("secret");
        written.Title.ToString().ShouldBe("(sensitive)");
    }

    protected static string Text() => $"canary-{Guid.NewGuid():n}";

    protected async Task<Transacted<Diary>> Write(DiaryWritten written, Guid? into = null)
    {
        Transacted<Diary> done = await Store.Transact(
            Diary.Stream, into ?? stream, _ => Decision<object>.Record(written), CommandMetadata.System(Guid.CreateVersion7()));
        done.Refusal.ShouldBeNull();
        return done;
    }

    private async Task<List<object>> Read()
    {
        List<object> events = [];
        await foreach (RecordedEvent recorded in Store.ReadStream(stream))
        {
            events.Add(recorded.Data);
        }

        return events;
    }
}

public sealed class InMemorySealedValuesTests : SealedValuesContract
{
    private readonly MemorySubjectKeys keys = new();

    public InMemorySealedValuesTests() => Store = new InMemoryEventStore(Diary.Types, TimeProvider.System, keys: keys);

    protected override IEventStore Store { get; }

    protected override Task Destroy(Guid subject)
    {
        keys.Destroy(subject);
        return Task.CompletedTask;
    }
}
