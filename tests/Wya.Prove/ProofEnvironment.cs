namespace Wya.Prove;

/// <summary>Where a proof finds its servers and its room on disk.</summary>
/// <param name="AdminConnectionString">A running server, as a role that may create databases and roles; null: start one.</param>
/// <param name="PostgresBinaries">The folder of initdb and postgres.</param>
/// <param name="PostgresUser">Whom to run servers as, because the server refuses root; null: as ourselves.</param>
/// <param name="Scratch">An empty folder of this run, deleted at its end.</param>
internal sealed record ProofEnvironment(string? AdminConnectionString, string PostgresBinaries, string? PostgresUser, string Scratch) : IDisposable
{
    /// <exception cref="InvalidOperationException">No PostgreSQL binaries are to be found.</exception>
    public static ProofEnvironment Detect()
    {
        string scratch = Path.Combine(Variable("WYA_SCRATCH") ?? Path.GetTempPath(), $"wya-prove-{Guid.NewGuid():n}");
        Directory.CreateDirectory(scratch);
        string? user = Environment.GetEnvironmentVariable("WYA_POSTGRES_USER") is { } given
            ? (given.Length > 0 ? given : null)
            : Environment.IsPrivilegedProcess ? "postgres" : null;
        return new ProofEnvironment(Variable("WYA_POSTGRES"), Variable("WYA_POSTGRES_BIN") ?? FindBinaries(), user, scratch);
    }

    public string Folder(string name) => Directory.CreateDirectory(Path.Combine(Scratch, name)).FullName;

    public void Dispose() => Directory.Delete(Scratch, recursive: true);

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string FindBinaries()
    {
        IEnumerable<string> debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(folder => folder, StringComparer.Ordinal).Select(folder => Path.Combine(folder, "bin"))
            : [];
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return debian.Concat(path).FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")))
            ?? throw new InvalidOperationException("No PostgreSQL server binaries found: set WYA_POSTGRES_BIN to the folder of initdb and postgres.");
    }
}
