using System.Globalization;
using System.Text.Json;
using Wya.EventStore;

namespace Wya.Cli;

/// <summary>
/// What an export is of, and which of its files are whole. It is replaced as a whole after each file, so whatever it names is
/// there; a file that it does not name is not part of the export, and is written again.
/// </summary>
/// <param name="ExportId">Under which the databases hold the key of its pseudonyms.</param>
/// <param name="IsRevealed">Ids and sealed values are as the log has them: nothing of it is a pseudonym.</param>
/// <param name="Types">Only these; null for all.</param>
internal sealed record ExportManifest(
    Guid ExportId,
    string Format,
    bool IsRevealed,
    bool IncludeArchived,
    int PositionsAFile,
    IReadOnlyList<ExportedDomain> Domains,
    IReadOnlyList<string>? Types = null)
{
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Json = EventJson.Configure(new JsonSerializerOptions { WriteIndented = true });

    public long Events => Domains.Sum(domain => domain.Files.Sum(file => file.Events));

    public bool IsWhole => Domains.All(domain => domain.Missing(PositionsAFile).FirstOrDefault() is null);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="VerbRefusedException">It cannot be read.</exception>
    public static ExportManifest? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<ExportManifest>(File.ReadAllBytes(path), Json) : null;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new VerbRefusedException($"{path} is not the manifest of an export.", cause: unreadable);
        }
    }

    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName), next = path + ".new";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write))
        {
            JsonSerializer.Serialize(file, this, Json);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, path, overwrite: true);
    }

    /// <summary>The files of its domains, with their folder; all of one format.</summary>
    public IReadOnlyList<string> Paths(string folder) => [.. Domains.SelectMany(domain => domain.Files).Select(file => Path.Combine(folder, file.Name))];

    public ExportManifest With(string domain, ExportedFile file) => this with
    {
        Domains = [.. Domains.Select(each => each.Domain == domain ? each with { Files = [.. each.Files.Append(file).OrderBy(one => one.From)] } : each)],
    };
}

/// <param name="From">The first position.</param>
/// <param name="To">The last one: the log's end when the export was begun, unless it was told.</param>
internal sealed record ExportedDomain(string Domain, long From, long To, IReadOnlyList<ExportedFile> Files)
{
    public long Positions => Math.Max(0, To - From + 1);

    /// <summary>What is to be written yet.</summary>
    public IEnumerable<ExportedFile?> Missing(int positionsAFile)
    {
        HashSet<long> whole = [.. Files.Select(file => file.From)];
        for (long from = From; from <= To; from += positionsAFile)
        {
            if (!whole.Contains(from))
            {
                yield return new ExportedFile("", from, Math.Min(To, from + positionsAFile - 1), 0, 0);
            }
        }
    }

    public string FileName(ExportedFile stretch, string format) =>
        string.Create(CultureInfo.InvariantCulture, $"{Domain}-{stretch.From:d12}-{stretch.To:d12}.{format}");
}

/// <summary>A file that is whole: all events of its positions, or all of those that were asked for.</summary>
internal sealed record ExportedFile(string Name, long From, long To, long Events, long Bytes);
