using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>
/// A file outside every database to which lines are only ever added, each on disk before anybody relies on it. Any number of
/// processes may share it: each reads on and adds under an exclusive lock, in one write. A process that dies in the middle of
/// a write leaves a torn line. It was never counted on: who writes next begins on a new line, and who takes lines passes it over.
/// </summary>
/// <param name="take">Gets every line once, in their order, under the lock.</param>
/// <param name="unusable">What to throw, from the end of a sentence about the file.</param>
public sealed class AddedLines(string path, Action<string> take, Func<string, Exception> unusable) : IDisposable
{
    private static readonly TimeSpan LockedAtMost = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim one = new(1);
    private long readTo;

    /// <summary>Under the lock, once all that others have added is taken.</summary>
    /// <param name="create">Makes the file when there is none; otherwise one that never was is as good as empty.</param>
    /// <param name="use">Gets what adds whole lines, and takes them; only where <paramref name="create"/> is true.</param>
    public async Task<T> Locked<T>(bool create, Func<Action<string>, T> use, CancellationToken ct)
    {
        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            if (!create && !File.Exists(path))
            {
                return readTo == 0 ? use(_ => throw new InvalidOperationException("There is no file to add to.")) : throw unusable("is gone.");
            }

            using FileStream file = await Open(ct).ConfigureAwait(false);
            bool isTorn = CatchUp(file);
            return use(lines =>
            {
                file.Seek(0, SeekOrigin.End);
                file.Write(Encoding.UTF8.GetBytes(isTorn ? "\n" + lines : lines));
                file.Flush(flushToDisk: true);
                CatchUp(file);
            });
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw unusable($"({path}) cannot be used: {failure.Message}");
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Opens it for reading: while somebody adds to it, which takes milliseconds, nobody else can.</summary>
    public static T WhenNobodyWrites<T>(Func<T> open)
    {
        for (DateTime until = DateTime.UtcNow + LockedAtMost; ;)
        {
            try
            {
                return open();
            }
            catch (IOException failure) when (IsHeldBySomebody(failure) && DateTime.UtcNow < until)
            {
                Thread.Sleep(5);
            }
        }
    }

    public void Dispose() => one.Dispose();

    /// <summary>Reads on from where it stopped, to the last whole line.</summary>
    /// <returns>Whether the file ends in the middle of a line.</returns>
    private bool CatchUp(FileStream file)
    {
        if (file.Length < readTo)
        {
            throw unusable("has become shorter than it was: lines are only ever added to it.");
        }

        file.Seek(readTo, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        string rest = reader.ReadToEnd();
        int whole = rest.LastIndexOf('\n') + 1;
        foreach (string line in rest[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            take(line);
        }

        readTo += Encoding.UTF8.GetByteCount(rest.AsSpan(0, whole));
        return whole < rest.Length;
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
                return new FileStream(path, options);
            }
            catch (IOException failure) when (IsHeldBySomebody(failure) && DateTime.UtcNow < until)
            {
                await Task.Delay(10, ct).ConfigureAwait(false); // another process is writing
            }
        }
    }

    private static bool IsHeldBySomebody(IOException failure) => failure is not (FileNotFoundException or DirectoryNotFoundException);
}
