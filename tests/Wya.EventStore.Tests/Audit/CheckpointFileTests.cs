using System.Security.Cryptography;
using Shouldly;
using Wya.EventStore.Postgres;
using Xunit;

namespace Wya.EventStore.Tests.Audit;

public sealed class CheckpointFileTests
{
    [Fact]
    public async Task Who_reads_waits_for_who_writes()
    {
        string path = Path.Combine(Path.GetTempPath(), $"wya-checkpoints-{Guid.NewGuid():n}");
        try
        {
            using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            await File.WriteAllTextAsync(path, SignedCheckpoint.Sign(key, new Checkpoint("wya/safety", 1, "", "", DateTimeOffset.UnixEpoch)).Text + "\n", TestContext.Current.CancellationToken);
            Task<int> read;
            using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
            {
                read = Task.Run(() => CheckpointFile.Read(path).Count());
                await Task.WhenAny(read, Task.Delay(100, TestContext.Current.CancellationToken));
                read.IsCompleted.ShouldBeFalse();
            }

            (await read).ShouldBe(1);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
