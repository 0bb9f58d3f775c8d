using Npgsql;

namespace Wya.Cli;

/// <summary>
/// Writes what is missing of an export, a file at a time: each under another name first, then whole and on the disk under its
/// own, then named by the manifest. Whoever dies in between has at worst written a file that is written once more.
/// While one file is compressed and brought to the disk the events of the next are read, so that the server need not wait.
/// Memory: two files' events for Parquet, two buffers for the other formats, whatever the log's length.
/// </summary>
/// <param name="folder">Made by whoever calls.</param>
/// <param name="key">Of the pseudonyms; null keeps ids and seals as they are.</param>
internal sealed class ExportRun(Surroundings here, string folder, byte[]? key)
{
    /// <summary>Told the positions that are done, of how many.</summary>
    public Action<string, long, long> Progress { get; init; } = (_, _, _) => { };

    /// <summary>All its events are in it, and it is not on the disk yet.</summary>
    private sealed record HalfFile(IEventFile File, string Path, ExportedFile Stretch);

    /// <returns>The manifest as it is on the disk then.</returns>
    public async Task<ExportManifest> Complete(OpenDomains domains, ExportManifest manifest, CancellationToken ct)
    {
        using DuckDb? first = manifest.Format == "parquet" ? DuckDb.Open(here) : null, second = first is null ? null : DuckDb.Open(here);
        (DuckDb? filled, DuckDb? copied) = (first, second); // by turns
        using Pseudonyms? pseudonyms = key is null ? null : new Pseudonyms(key);
        foreach (string left in Directory.EnumerateFiles(folder, "*.part"))
        {
            File.Delete(left);
        }

        manifest = WithoutLostFiles(manifest);
        manifest.Write(folder);
        Task<ExportManifest> finishing = Task.FromResult(manifest);
        try
        {
            foreach (ExportedDomain domain in manifest.Domains)
            {
                OpenDomain open = domains.Single(each => each.Name == domain.Domain);
                long done = domain.Files.Sum(file => file.To - file.From + 1);
                foreach (ExportedFile stretch in domain.Missing(manifest.PositionsAFile).OfType<ExportedFile>())
                {
                    Progress(domain.Domain, done, domain.Positions);
                    HalfFile half = await Task.Run(() => Read(open, domain, stretch, manifest, filled, pseudonyms, ct), ct).ConfigureAwait(false);
                    ExportManifest before = await Finished(finishing, half).ConfigureAwait(false);
                    finishing = Task.Run(() => Finish(before, domain, half), CancellationToken.None);
                    (filled, copied) = (copied, filled);
                    done += stretch.To - stretch.From + 1;
                }

                Progress(domain.Domain, done, domain.Positions);
            }
        }
        finally
        {
            await ((Task)finishing).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it works with what is closed now
        }

        return await finishing.ConfigureAwait(false);
    }

    /// <summary>A file that is not there any more, or not as it was, is written again.</summary>
    private ExportManifest WithoutLostFiles(ExportManifest manifest) => manifest with
    {
        Domains = [.. manifest.Domains.Select(domain => domain with
        {
            Files = [.. domain.Files.Where(file => new FileInfo(Path.Combine(folder, file.Name)) is { Exists: true } found && found.Length == file.Bytes)],
        })],
    };

    private async Task<HalfFile> Read(
        OpenDomain domain, ExportedDomain part, ExportedFile stretch, ExportManifest manifest, DuckDb? parquet, Pseudonyms? pseudonyms, CancellationToken ct)
    {
        string name = part.FileName(stretch, manifest.Format), path = Path.Combine(folder, name);
        await using NpgsqlConnection connection = await domain.Log.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        IReadOnlyList<string>? types = manifest.Types is null ? null : domain.Log.Types.StoredNames(manifest.Types);
        NpgsqlRawCopyStream copy = await connection.BeginRawBinaryCopyAsync(
            CopiedEvents.Sql(domain.Log.LogSchema, stretch.From - 1, stretch.To, types), ct).ConfigureAwait(false);
        using var rows = new CopiedEvents(copy, domain.Log.Types, domain.Name, pseudonyms);
        IEventFile file = Open(manifest.Format, Half(path), parquet);
        try
        {
            long position = stretch.From - 1, events = 0;
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

            return types is null && position != stretch.To
                ? throw new VerbRefusedException($"The log of {domain.Name} has a hole at position {position + 1}; wya audit verify and the backups tell more.")
                : new HalfFile(file, path, stretch with { Name = name, Events = events });
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    private static async Task<ExportManifest> Finished(Task<ExportManifest> last, HalfFile next)
    {
        try
        {
            return await last.ConfigureAwait(false);
        }
        catch
        {
            next.File.Dispose();
            throw;
        }
    }

    private ExportManifest Finish(ExportManifest manifest, ExportedDomain domain, HalfFile half)
    {
        using (half.File)
        {
            half.File.Finish();
        }

        File.Move(Half(half.Path), half.Path, overwrite: true);
        manifest = manifest.With(domain.Domain, half.Stretch with { Bytes = new FileInfo(half.Path).Length });
        manifest.Write(folder);
        return manifest;
    }

    private static string Half(string path) => path + ".part";

    private static IEventFile Open(string format, string path, DuckDb? parquet) => format switch
    {
        "parquet" => new ParquetFile(parquet!, path),
        "csv" => new CsvFile(path),
        _ => new NdjsonFile(path),
    };
}
