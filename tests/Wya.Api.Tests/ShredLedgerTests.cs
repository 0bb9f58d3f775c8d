using Shouldly;
using Wya.Api.MyData;
using Wya.Domain.Identity.Events;
using Xunit;

namespace Wya.Api.Tests;

public sealed class ShredLedgerTests : IDisposable
{
    private static readonly DateTimeOffset Then = new(2026, 6, 15, 12, 0, 0, TimeSpan.Zero);

    private readonly string file = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.ledger");

    public void Dispose() => File.Delete(file);

    [Fact]
    public async Task Who_is_added_is_in_it_once_for_every_process()
    {
        using var ledger = new ShredLedger(file);
        using var another = new ShredLedger(file);
        UserId one = New(), other = New();
        (await ledger.Read(default)).ShouldBeEmpty();
        (await ledger.Add([(one, Then)], default)).ShouldBe(1);
        (await another.Add([(one, Then), (other, Then)], default)).ShouldBe(1);
        (await ledger.Read(default)).Keys.ShouldBe([one, other], ignoreOrder: true);
        (await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken))[0]
            .ShouldBe($$"""{"subject":"{{one}}","erased_at":"2026-06-15T12:00:00+00:00"}""");
    }

    [Fact]
    public async Task Processes_that_add_at_the_same_time_lose_nothing()
    {
        UserId[] people = [.. Enumerable.Range(0, 200).Select(_ => New())];
        await Task.WhenAll(people.Chunk(25).Select(some => Task.Run(async () =>
        {
            using var ledger = new ShredLedger(file); // each opens and locks the file for itself, as a process would
            foreach (UserId one in some)
            {
                await ledger.Add([(one, Then)], default);
            }
        })));
        using var all = new ShredLedger(file);
        (await all.Read(default)).Keys.ShouldBe(people, ignoreOrder: true);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("{\"sub")]
    [InlineData("{\"subject\":\"0197a3c2-b6d0")]
    [InlineData("{\"subject\":\"0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0f9e\",\"erased_at\":\"2026-06-15T12:00:00+00:00\"")]
    public async Task A_torn_last_line_is_passed_over_and_the_next_line_is_whole(string torn)
    {
        UserId one = New(), other = New();
        using (var ledger = new ShredLedger(file))
        {
            await ledger.Add([(one, Then)], default);
        }

        await File.AppendAllTextAsync(file, torn, TestContext.Current.CancellationToken);
        using var next = new ShredLedger(file);
        (await next.Read(default)).Keys.ShouldBe([one]);
        await next.Add([(other, Then)], default);
        using var later = new ShredLedger(file);
        (await later.Read(default)).Keys.ShouldBe([one, other], ignoreOrder: true);
        (await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken)).ShouldContain(torn + "\n"); // nothing is ever taken out
    }

    [Theory]
    [InlineData("something else")]
    [InlineData("{}")]
    [InlineData("{\"subject\":\"0197a3c2-b6d0-7c1e-9a4f-5d3c2b1a0fXX\",\"erased_at\":\"2026-06-15T12:00:00+00:00\"}")]
    public async Task A_damaged_ledger_is_not_relied_on(string line)
    {
        await File.WriteAllTextAsync(file, line + "\n", TestContext.Current.CancellationToken);
        using var ledger = new ShredLedger(file);
        (await Should.ThrowAsync<ShredLedgerException>(() => ledger.Read(default))).Message.ShouldContain("damaged");
    }

    [Fact]
    public async Task A_ledger_that_became_shorter_is_not_relied_on()
    {
        using var ledger = new ShredLedger(file);
        await ledger.Add([(New(), Then), (New(), Then)], default);
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);
        await Should.ThrowAsync<ShredLedgerException>(() => ledger.Read(default));
    }

    [Fact]
    public async Task A_ledger_that_cannot_be_opened_is_named()
    {
        using var ledger = new ShredLedger(Path.Combine(file, "below", "a", "file"));
        (await Should.ThrowAsync<ShredLedgerException>(() => ledger.Read(default))).Message.ShouldContain(file);
    }

    private static UserId New() => new(Guid.NewGuid());
}
