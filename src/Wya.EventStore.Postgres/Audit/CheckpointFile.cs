using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The checkpoints of a log, outside every database: a file to which lines are only ever added, each on disk before anybody
/// relies on it. One line a checkpoint. A process that dies in the middle of a write leaves a torn line; it was never counted
/// on, so it is passed over, and who writes next begins on a new line. A whole line that is missing is told by the digest
/// that the next one carries. In memory is the last one alone.
/// </summary>
/// <param name="path">Null in Development alone: then nothing is remembered outside the database.</param>
public sealed class CheckpointFile(string? path) : IDisposable
{
    private static readonly TimeSpan LockedAtMost = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim one = new(1);
    private long readTo;
    private SignedCheckpoint? last;

    public bool IsKept => path is not null;

    /// <summary>In their order, oldest first. What is no checkpoint is passed over.</summary>
    /// <exception cref="CheckpointsUnavailableException">It cannot be read.</exception>
    public static IEnumerable<SignedCheckpoint> Read(string path)
    {
        IEnumerator<string> lines = Opened(() => File.ReadLines(path, Encoding.UTF8).GetEnumerator());
        using (lines)
        {
            while (Opened(lines.MoveNext))
            {
                if (SignedCheckpoint.Parse(lines.Current) is { } checkpoint)
                {
                    yield return checkpoint;
                }
            }
        }

        T Opened<T>(Func<T> act)
        {
            try
            {
                return act();
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                throw new CheckpointsUnavailableException($"The checkpoints ({path}) cannot be read: {failure.Message}");
            }
        }
    }

    public IEnumerable<SignedCheckpoint> All() => path is not null && File.Exists(path) ? Read(path) : [];

    /// <summary>The newest one; null before the first.</summary>
    /// <exception cref="CheckpointsUnavailableException">It cannot be read.</exception>
    public Task<SignedCheckpoint?> Last(CancellationToken ct) => With(create: false, file => Task.FromResult(CatchUp(file).Last), ct);

    /// <summary>Signs what the log is now, unless the newest checkpoint says as much; when it returns, it is on disk.</summary>
    /// <returns>The newest one.</returns>
    /// <exception cref="CheckpointsUnavailableException">It cannot be written.</exception>
    public Task<SignedCheckpoint?> Add(ECDsa key, Checkpoint now, CancellationToken ct) => With(
        create: true,
        file =>
        {
            (SignedCheckpoint? newest, bool isTorn) = CatchUp(file);
            if (newest is null || newest.Says.Size < now.Size)
            {
                SignedCheckpoint next = SignedCheckpoint.Sign(key, now with { Previous = newest is null ? null : Checkpoint.DigestOf(newest.Text) });
                file!.Seek(0, SeekOrigin.End);
                file.Write(Encoding.UTF8.GetBytes($"{(isTorn ? "\n" : "")}{next.Text}\n"));
                file.Flush(flushToDisk: true);
                CatchUp(file);
            }

            return Task.FromResult(last);
        },
        ct);

    public void Dispose() => one.Dispose();

    /// <summary>Reads on from where it stopped, to the last whole line.</summary>
    private (SignedCheckpoint? Last, bool IsTorn) CatchUp(FileStream? file)
    {
        if (file is null)
        {
            return readTo == 0 ? (null, false) : throw new CheckpointsUnavailableException("The file of checkpoints is gone.");
        }

        if (file.Length < readTo)
        {
            throw new CheckpointsUnavailableException("The file of checkpoints has become shorter than it was: lines are only ever added to it.");
        }

        file.Seek(readTo, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        string rest = reader.ReadToEnd();
        int whole = rest.LastIndexOf('\n') + 1;
        foreach (string line in rest[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            last = SignedCheckpoint.Parse(line) ?? last;
        }

        readTo += Encoding.UTF8.GetByteCount(rest.AsSpan(0, whole));
        return (last, whole < rest.Length);
    }

    private async Task<T?> With<T>(bool create, Func<FileStream?, Task<T?>> use, CancellationToken ct)
        where T : class
    {
        if (path is null)
        {
            return null;
        }

        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            using FileStream? file = create || File.Exists(path) ? await Open(ct).ConfigureAwait(false) : null;
            return await use(file).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new CheckpointsUnavailableException($"The checkpoints ({path}) cannot be used: {failure.Message}");
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>The lock is advisory, goes with the open file, and is gone when its holder dies.</summary>
    private async Task<FileStream> Open(CancellationToken ct)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        for (DateTime until = DateTime.UtcNow + LockedAtMost; ;)
        {
            try
            {
                return new FileStream(path!, options);
            }
            catch (IOException busy) when (busy is not (FileNotFoundException or DirectoryNotFoundException) && DateTime.UtcNow < until)
            {
                await Task.Delay(10, ct).ConfigureAwait(false); // another process is writing
            }
        }
    }
}

/// <summary>What the log was cannot be known from outside: nothing is claimed about it until it can.</summary>
public sealed class CheckpointsUnavailableException(string message) : Exception(message);
