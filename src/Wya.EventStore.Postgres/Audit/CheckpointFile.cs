using System.Security.Cryptography;
using System.Text;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The checkpoints of a log, outside every database, a line each: see <see cref="AddedLines"/>. A torn line is passed over. A
/// whole line that is missing is told by the digest that the next one carries. In memory is the last one alone.
/// </summary>
public sealed class CheckpointFile : IDisposable
{
    private readonly string? path;
    private readonly AddedLines? lines;
    private SignedCheckpoint? last;

    /// <param name="path">Null in Development alone: then nothing is remembered outside the database.</param>
    public CheckpointFile(string? path)
    {
        this.path = path;
        lines = path is null
            ? null
            : new AddedLines(
                path, line => last = SignedCheckpoint.Parse(line) ?? last, why => new CheckpointsUnavailableException($"The file of checkpoints {why}"));
    }

    public bool IsKept => path is not null;

    /// <summary>In their order, oldest first. What is no checkpoint is passed over.</summary>
    /// <exception cref="CheckpointsUnavailableException">It cannot be read.</exception>
    public static IEnumerable<SignedCheckpoint> Read(string path)
    {
        IEnumerator<string> lines = Opened(() => AddedLines.WhenNobodyWrites(() => File.ReadLines(path, Encoding.UTF8).GetEnumerator()));
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
    public Task<SignedCheckpoint?> Last(CancellationToken ct) =>
        lines?.Locked(create: false, _ => last, ct) ?? Task.FromResult<SignedCheckpoint?>(null);

    /// <summary>Signs what the log is now, unless the newest checkpoint says as much; when it returns, it is on disk.</summary>
    /// <returns>The newest one.</returns>
    /// <exception cref="CheckpointsUnavailableException">It cannot be written.</exception>
    public Task<SignedCheckpoint?> Add(ECDsa key, Checkpoint now, CancellationToken ct) => lines?.Locked(
        create: true,
        add =>
        {
            if (last is null || last.Says.Size < now.Size)
            {
                add(SignedCheckpoint.Sign(key, now with { Previous = last is null ? null : Checkpoint.DigestOf(last.Text) }).Text + "\n");
            }

            return last;
        },
        ct) ?? Task.FromResult<SignedCheckpoint?>(null);

    public void Dispose() => lines?.Dispose();
}

/// <summary>What the log was cannot be known from outside: nothing is claimed about it until it can.</summary>
public sealed class CheckpointsUnavailableException(string message) : Exception(message);
