using Npgsql;

namespace Wya.Cli;

/// <summary>
/// Writes what is missing of an export, a file at a time: each under another name first, then whole and on the disk under its
/// own, then named by the manifest. Whoever dies in between has at worst written a file that is written once more.
/// Memory: one file's events for Parquet, one buffer for the other formats, whatever the log's length.
/// </summary>
/// <param name="folder">Made by whoever calls.</param>
/// <param name="key">Of the pseudonyms; null keeps ids and seals as they are.</param>
internal sealed class ExportRun(Surroundings here, string folder, byte[]? key)
{
    /// <summary>Told the positions that are done, of how many.</summary>
    public Action<string, long, long> Progress { get; init; } = (_, _, _) => { };

    /// <returns>The manifest as it is on the disk then.</returns>
    public async Task<ExportManifest> Complete(OpenDomains domains, ExportManifest manifest, CancellationToken ct)
    {
        using DuckDb? parquet = manifest.Format == "parquet" ? DuckDb.Open(here) : null;
        using Pseudonyms? pseudonyms = key is null ? null : new Pseudonyms(key);
        foreach (string left in Directory.EnumerateFiles(folder, "*.part"))
        {
            File.Delete(left);
        }

        manifest = WithoutLostFiles(manifest);
        manifest.Write(folder);
        foreach (ExportedDomain domain in manifest.Domains)
        {
            OpenDomain open = domains.Single(each => each.Name == domain.Domain);
            long done = domain.Files.Sum(file => file.To - file.From + 1);
            foreach (ExportedFile stretch in domain.Missing(manifest.PositionsAFile).OfType<ExportedFile>())
            {
                Progress(domain.Domain, done, domain.Positions);
                ExportManifest before = manifest;
                ExportedFile written = await Task.Run(() => Write(open, domain, stretch, before, parquet, pseudonyms, ct), ct).ConfigureAwait(false);
                manifest = manifest.With(domain.Domain, written);
                manifest.Write(folder);
                done += stretch.To - stretch.From + 1;
            }

            Progress(domain.Domain, done, domain.Positions);
        }

        return manifest;
    }

    /// <summary>A file that is not there any more, or not as it was, is written again.</summary>
    private ExportManifest WithoutLostFiles(ExportManifest manifest) => manifest with
    {
        Domains = [.. manifest.Domains.Select(domain => domain with
        {
            Files = [.. domain.Files.Where(file => new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } found && found.Length == file.Bytes)],
        })],
    };

    private async Task<ExportedFile> Write(
        OpenDomain domain, ExportedDomain part, ExportedFile stretch, ExportManifest manifest, DuckDb? parquet, Pseudonyms? pseudonyms, CancellationToken ct)
    {
        string name = part.FileName(stretch, manifest.Format), path = Path.Combine(folder, name), half = path + ".part";
        long events = 0;
        await using NpgsqlConnection connection = await domain.Log.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        IReadOnlyList<string>? types = manifest.Types is null ? null : domain.Log.Types.StoredNames(manifest.Types);
        NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(
            CopiedEvents.Sql(domain.Log.LogSchema, stretch.From - 1, stretch.To, types), ct).ConfigureAwait(false);
        using (var rows = new CopiedEvents(copy, domain.Log.Types, domain.Name, pseudonyms))
        using (IEventFile file = Open(manifest.Format, half, parquet))
        {
            long position = stretch.From - 1;
            while (rows.Next())
            {
                if (types is null && rows.Current.Position != position + 1)
                {
                    break;
                }

                position = rows.Current.Position;
                if (manifest.IncludeArchived || !rows.IsArchived)
                {
                    file.Write(rows.Current);
                    events++;
                }

                if ((position & 0x3ff) == 0)
                {
                    ct.ThrowIfCancellationRequested();
                }
            }

            if (types is null && position != stretch.To)
            {
                throw new VerbRefusedException($"The log of {domain.Name} has a hole at position {position + 1}; wya audit verify and the backups tell more.");
            }

            file.Finish();
        }

        File.Move(half, path, overwrite: true);
        return stretch with { Name = name, Events = events, Bytes = new FileInfo(path).Length };
    }

    private static IEventFile Open(string format, string path, DuckDb? parquet) => format switch
    {
        "parquet" => new ParquetFile(parquet!, path),
        "csv" => new CsvFile(path),
        _ => new NdjsonFile(path),
    };
}
