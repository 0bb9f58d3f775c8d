using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Api.MyData;

/// <summary>
/// Who has been erased, outside every database: a file to which lines are only ever added, so that a restored backup cannot
/// bring anybody back. One line a person, <c>{"subject":"…","erased_at":"…"}</c>, on disk before the person's key is destroyed.
/// A torn line is passed over (<see cref="AddedLines"/>). Any other line that cannot be read is a damaged ledger, and nothing
/// may rely on it.
/// </summary>
internal sealed class ShredLedger : IDisposable
{
    private readonly Dictionary<UserId, DateTimeOffset> known = [];
    private readonly string? path;
    private readonly AddedLines? lines;

    /// <param name="path">Null in Development alone: then nothing is remembered outside the databases.</param>
    public ShredLedger(string? path)
    {
        this.path = path;
        lines = path is null ? null : new AddedLines(path, Take, why => new ShredLedgerException($"The shred ledger {why}"));
    }

    private sealed record Line([property: JsonRequired] UserId Subject, [property: JsonRequired] DateTimeOffset ErasedAt);

    public bool IsKept => lines is not null;

    /// <summary>False before the first erasure, and when the file was lost.</summary>
    public bool IsThere => path is null || File.Exists(path);

    /// <summary>Everybody in it, by id.</summary>
    /// <exception cref="ShredLedgerException">It cannot be read, or is damaged.</exception>
    public async Task<IReadOnlyDictionary<UserId, DateTimeOffset>> Read(CancellationToken ct) => lines is null
        ? new Dictionary<UserId, DateTimeOffset>()
        : await lines.Locked(create: true, _ => new Dictionary<UserId, DateTimeOffset>(known), ct).ConfigureAwait(false);

    /// <summary>When it returns, the people are in it, on disk. Those who are in it already are not written again.</summary>
    /// <returns>How many were added.</returns>
    /// <exception cref="ShredLedgerException">It cannot be written.</exception>
    public Task<int> Add(IReadOnlyCollection<(UserId Subject, DateTimeOffset ErasedAt)> erased, CancellationToken ct) => lines?.Locked(
        create: true,
        add =>
        {
            string[] missing =
            [
                .. from one in erased
                   where !known.ContainsKey(one.Subject)
                   select JsonSerializer.Serialize(new Line(one.Subject, one.ErasedAt.ToUniversalTime()), EventJson.Options) + "\n",
            ];
            if (missing.Length > 0)
            {
                add(string.Concat(missing));
            }

            return missing.Length;
        },
        ct) ?? Task.FromResult(0);

    public void Dispose() => lines?.Dispose();

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
}

/// <summary>What was erased cannot be known for sure: nothing may be served until it can.</summary>
internal sealed class ShredLedgerException(string message) : Exception(message);
