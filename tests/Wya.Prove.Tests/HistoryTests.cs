using Shouldly;
using Wya.Prove.Checking;
using Xunit;

namespace Wya.Prove.Tests;

public sealed class HistoryTests : IDisposable
{
    private readonly string path = Path.GetTempFileName();

    public void Dispose() => File.Delete(path);

    [Fact]
    public void Whole_entries_are_read_back_and_one_cut_short_by_a_kill_is_not()
    {
        var first = new HistoryEntry(Guid.NewGuid(), Guid.NewGuid(), 2, 3, 4, 5, 6, 7, Ending.Acknowledged);
        HistoryEntry second = first with { Command = 6, Ending = Ending.Sent };
        using (var history = new History(path))
        {
            history.Add([first, second]);
        }

        History.Read(path).ShouldBe([first, second]);
        using (FileStream file = File.OpenWrite(path))
        {
            file.SetLength(file.Length - 1);
        }

        History.Read(path).ShouldBe([first]);
    }
}
