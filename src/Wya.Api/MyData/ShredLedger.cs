using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wya.Domain.Identity.Events;
using Wya.EventStore;

namespace Wya.Api.MyData;

/// <summary>
/// Who has been erased, outside every database: a file to which lines are only ever added, so that a restored backup cannot
/// bring anybody back. One line a person, <c>{"subject":"…","erased_at":"…"}</c>, on disk before the person's key is destroyed.
/// Any number of processes may share the file: each adds its lines under an exclusive lock, in one write.
/// A process that dies in the middle of a write leaves a torn line. It was never counted on, so it is passed over, and who
/// writes next begins on a new line. Any other line that cannot be read is a damaged ledger, and nothing may rely on it.
/// </summary>
/// <param name="path">Null in Development alone: then nothing is remembered outside the databases.</param>
internal sealed class ShredLedger(string? path) : IDisposable
{
    private static readonly TimeSpan LockedAtMost = TimeSpan.FromSeconds(10);

    private readonly Dictionary<UserId, DateTimeOffset> known = [];
    private readonly SemaphoreSlim one = new(1);
    private long readTo;

    private sealed record Line([property: JsonRequired] UserId Subject, [property: JsonRequired] DateTimeOffset ErasedAt);

    public bool IsKept => path is not null;

    /// <summary>False before the first erasure, and when the file was lost.</summary>
    public bool IsThere => path is null || File.Exists(path);

    /// <summary>Everybody in it, by id.</summary>
    /// <exception cref="ShredLedgerException">It cannot be read, or is damaged.</exception>
    public Task<IReadOnlyDictionary<UserId, DateTimeOffset>> Read(CancellationToken ct) => With(
        file =>
        {
            CatchUp(file);
            return (IReadOnlyDictionary<UserId, DateTimeOffset>)new Dictionary<UserId, DateTimeOffset>(known);
        },
        new Dictionary<UserId, DateTimeOffset>(),
        ct);

    /// <summary>When it returns, the people are in it, on disk. Those who are in it already are not written again.</summary>
    /// <returns>How many were added.</returns>
    /// <exception cref="ShredLedgerException">It cannot be written.</exception>
    public Task<int> Add(IReadOnlyCollection<(UserId Subject, DateTimeOffset ErasedAt)> erased, CancellationToken ct) => With(
        file =>
        {
            bool isTorn = CatchUp(file);
            (UserId Subject, DateTimeOffset ErasedAt)[] missing = [.. erased.Where(one => !known.ContainsKey(one.Subject))];
            if (missing.Length > 0)
            {
                var lines = new StringBuilder(isTorn ? "\n" : "");
                foreach ((UserId subject, DateTimeOffset at) in missing)
                {
                    lines.Append(JsonSerializer.Serialize(new Line(subject, at.ToUniversalTime()), EventJson.Options)).Append('\n');
                }

                file.Seek(0, SeekOrigin.End);
                file.Write(Encoding.UTF8.GetBytes(lines.ToString()));
                file.Flush(flushToDisk: true);
                CatchUp(file);
            }

            return missing.Length;
        },
        0,
        ct);

    public void Dispose() => one.Dispose();

    /// <summary>Reads on from where it stopped, to the last whole line.</summary>
    /// <returns>Whether the file ends in the middle of a line.</returns>
    private bool CatchUp(FileStream file)
    {
        if (file.Length < readTo)
        {
            throw new ShredLedgerException("The shred ledger has become shorter than it was: lines are only ever added to it.");
        }

        file.Seek(readTo, SeekOrigin.Begin);
        using var reader = new StreamReader(file, Encoding.UTF8, leaveOpen: true);
        string rest = reader.ReadToEnd();
        int whole = rest.LastIndexOf('\n') + 1;
        foreach (string line in rest[..whole].Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            Take(line);
        }

        readTo += Encoding.UTF8.GetByteCount(rest.AsSpan(0, whole));
        return whole < rest.Length;
    }

    private void Take(string line)
    {
        try
        {
            Line read = JsonSerializer.Deserialize<Line>(line, EventJson.Options)!;
            known.TryAdd(read.Subject, read.ErasedAt);
        }
        catch (JsonException)
        {
            const string start = "{\"subject\":\"";
            bool isTorn = !line.EndsWith('}') && (line.StartsWith(start, StringComparison.Ordinal) || start.StartsWith(line, StringComparison.Ordinal));
            if (!isTorn)
            {
                throw new ShredLedgerException(string.Create(
                    CultureInfo.InvariantCulture, $"The shred ledger is damaged: it holds a line that is none of its own, after {known.Count} good ones."));
            }
        }
    }

    private async Task<T> With<T>(Func<FileStream, T> use, T without, CancellationToken ct)
    {
        if (path is null)
        {
            return without;
        }

        await one.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            using FileStream file = await Open(ct).ConfigureAwait(false);
            return use(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ShredLedgerException($"The shred ledger ({path}) cannot be used: {failure.Message}");
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

/// <summary>What was erased cannot be known for sure: nothing may be served until it can.</summary>
internal sealed class ShredLedgerException(string message) : Exception(message);
