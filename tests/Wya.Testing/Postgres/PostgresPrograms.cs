using System.Diagnostics;

namespace Wya.Testing.Postgres;

/// <summary>The programs of a PostgreSQL server, run as somebody it does not refuse to be run by.</summary>
public static class PostgresPrograms
{
    private static string? Folder { get; } = Variable("WYA_POSTGRES_BIN") ?? Find();

    /// <summary>Where there are none a test skips on a laptop, and fails in CI.</summary>
    public static bool MaySkip => Folder is null && Environment.GetEnvironmentVariable("CI") is null or "";

    internal static string? User { get; } = Environment.GetEnvironmentVariable("WYA_POSTGRES_USER") is { } given
        ? given.Length > 0 ? given : null
        : Environment.IsPrivilegedProcess ? "postgres" : null;

    internal static ProcessStartInfo Command(string program, IReadOnlyList<string> arguments)
    {
        string path = Path.Combine(Folder ?? throw new InvalidOperationException("Set WYA_POSTGRES_BIN to the folder of initdb and postgres."), program);
        return User is { } user
            ? Quiet("setpriv", [$"--reuid={user}", $"--regid={user}", "--clear-groups", "--", path, .. arguments])
            : Quiet(path, arguments);
    }

    internal static Task Run(string program, params IReadOnlyList<string> arguments) => Run(Command(program, arguments));

    internal static Task RunTool(string tool, params IReadOnlyList<string> arguments) => Run(Quiet(tool, arguments));

    private static async Task Run(ProcessStartInfo command)
    {
        using Process process = Process.Start(command)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{Path.GetFileName(command.ArgumentList.FirstOrDefault(one => one.StartsWith('/')) ?? command.FileName)} failed: {await errors}");
        }
    }

    private static ProcessStartInfo Quiet(string path, IReadOnlyList<string> arguments) =>
        new(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = "/" };

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : null;

    private static string? Find() =>
        (Directory.Exists("/usr/lib/postgresql") ? Directory.GetDirectories("/usr/lib/postgresql").Order(StringComparer.Ordinal) : Enumerable.Empty<string>())
            .Select(folder => Path.Combine(folder, "bin")).LastOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));
}
