using System.Text.Json;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests.Encryption;

/// <summary>Tokens that read models carry, opened many at a time.</summary>
public sealed class OpenedTokensTests(DiaryHouse house) : IClassFixture<DiaryHouse>
{
    [Fact]
    public async Task The_keys_of_all_come_in_one_round_trip()
    {
        (SealedToken Token, Guid StreamId)[] tokens = await Written(20);
        await using SubjectKeys subjects = house.Keys.Open();
        var counted = new CountedKeys(subjects);

        OpenedToken[] opened = await new EventSeals("diary", counted).OpenAll([.. tokens, .. tokens]);

        opened.Select(one => JsonSerializer.Deserialize<string>(one.Json, EventJson.Options))
            .ShouldBe([.. Titles(20), .. Titles(20)]);
        counted.RoundTrips.ShouldBe([20]);
        await new EventSeals("diary", counted).OpenAll(tokens);
        counted.RoundTrips.ShouldBe([20], "the keys are at hand");
    }

    [Fact]
    public async Task Each_comes_to_what_it_is_whatever_the_others_are()
    {
        (SealedToken Token, Guid StreamId)[] tokens = await Written(4);
        tokens[1].StreamId = Guid.CreateVersion7(); // moved
        await house.Keys.Subjects.Destroy([tokens[2].Token.Subject]);
        tokens[3].Token = tokens[3].Token with { Subject = Guid.CreateVersion7() }; // whose key nobody ever made

        OpenedToken[] opened = await house.Database.Log.Seals.OpenAll(tokens);

        opened[0].Json.ShouldNotBeNull();
        opened[1].Failure.ShouldBeOfType<TamperedValueException>();
        opened[2].ShouldBe(new OpenedToken(null, null));
        opened[3].Failure.ShouldBeOfType<SubjectKeyMissingException>();
        opened.ShouldAllBe(one => one.Json == null || one.Failure == null);
    }

    [Fact]
    public async Task Nothing_asks_for_no_key()
    {
        await using SubjectKeys subjects = house.Keys.Open();
        var counted = new CountedKeys(subjects);
        (await new EventSeals("diary", counted).OpenAll([])).ShouldBeEmpty();
        counted.RoundTrips.ShouldBeEmpty();
    }

    private static IEnumerable<string> Titles(int count) => Enumerable.Range(0, count).Select(n => $"page {n} title");

    /// <summary>The titles of pages by as many authors, each in a stream of its own.</summary>
    private async Task<(SealedToken Token, Guid StreamId)[]> Written(int count)
    {
        var tokens = new (SealedToken, Guid)[count];
        for (int n = 0; n < count; n++)
        {
            var stream = Guid.CreateVersion7();
            DiaryWritten page = Diary.Written(Guid.CreateVersion7(), Guid.CreateVersion7(), $"page {n}");
            await house.Store.Append(new Append(
                CommandMetadata.System(Guid.CreateVersion7()), new StreamAppend(stream, Diary.Stream.Name, ExpectedVersion.None, [page])));
            SealedToken.TryParse(page.Title.Token, out SealedToken? token).ShouldBeTrue();
            tokens[n] = (token, stream);
        }

        return tokens;
    }

    private sealed class CountedKeys(SubjectKeys keys) : ISubjectKeys
    {
        public List<int> RoundTrips { get; } = [];

        public KeyState TryCopy(Guid subject, Span<byte> key) => keys.TryCopy(subject, key);

        public Task Fetch(IReadOnlyCollection<Guid> subjects, bool create, CancellationToken ct = default)
        {
            RoundTrips.Add(subjects.Count);
            return keys.Fetch(subjects, create, ct);
        }
    }
}
