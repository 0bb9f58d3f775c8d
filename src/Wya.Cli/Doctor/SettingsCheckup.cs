namespace Wya.Cli;

/// <summary>What the settings say that can be told without asking a server: files and who may read them, disks, what is weak.</summary>
internal static class SettingsCheckup
{
    private const double FreeShareLeast = 0.1;
    private const long FreeBytesLeast = 1L << 30;

    private static readonly string[] SecretFiles = [Settings.KeyRingVariable, "Wya__Auth__SigningKeyFile"];
    private static readonly string[] WrittenFiles = ["Wya__Rooms__Folder", "Wya__Erasure__LedgerFile", "Wya__Safety__CheckpointFile"];

    public static void Look(Surroundings here, Diagnosis found)
    {
        foreach (string variable in SecretFiles)
        {
            if (here.Variable(variable) is { Length: > 0 } path)
            {
                LookAtSecret(variable, path, found);
            }
        }

        foreach (string variable in WrittenFiles)
        {
            if (here.Variable(variable) is { Length: > 0 } path)
            {
                LookAtDisk(variable, path, found);
            }
        }

        if (string.Equals(here.Variable("ASPNETCORE_ENVIRONMENT") ?? here.Variable("DOTNET_ENVIRONMENT"), "Development", StringComparison.OrdinalIgnoreCase))
        {
            found.Weak("settings", "environment", "The environment is Development: anybody can get a token for anybody.", "Set ASPNETCORE_ENVIRONMENT to Production wherever others come near.");
        }
    }

    private static void LookAtSecret(string variable, string path, Diagnosis found)
    {
        if (!File.Exists(path))
        {
            found.Fault("settings", variable, "The file that it names is not there, or cannot be seen by this user.", "Run this as the user that the API runs as, or mend the path.");
            return;
        }

        const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & Others) != 0)
        {
            found.Weak("settings", variable, "Others than its owner may read the file that it names.", "chmod 600 it: whoever has it opens what is sealed, or signs tokens.");
            return;
        }

        found.Good("settings", variable, "The file is there, and its owner's alone.");
    }

    private static void LookAtDisk(string variable, string path, Diagnosis found)
    {
        string? folder = Path.GetFullPath(path);
        while (folder is not null && !Directory.Exists(folder))
        {
            folder = Path.GetDirectoryName(folder);
        }

        if (folder is null)
        {
            found.Fault("disk", variable, "No part of the path that it names exists.", "Mend the path.");
            return;
        }

        var disk = new DriveInfo(folder);
        if (disk.AvailableFreeSpace < FreeBytesLeast || disk.AvailableFreeSpace < FreeShareLeast * disk.TotalSize)
        {
            found.Weak("disk", variable, $"Only {Visible.Count(disk.AvailableFreeSpace >> 20)} MiB are free where it points to.", "Make room before it is full: then rooms are not published, and erasures wait.");
        }
        else
        {
            found.Good("disk", variable, $"{Visible.Count(disk.AvailableFreeSpace >> 30)} GiB are free where it points to.");
        }
    }

    /// <summary>Over the network, what the database is told and answers should be read by nobody on the way.</summary>
    public static void LookAtConnection(string about, Npgsql.NpgsqlConnectionStringBuilder connection, Diagnosis found)
    {
        bool isNear = (connection.Host ?? "").Split(',', StringSplitOptions.TrimEntries).All(IsNear);
        if (!isNear && connection.SslMode is not (Npgsql.SslMode.Require or Npgsql.SslMode.VerifyCA or Npgsql.SslMode.VerifyFull))
        {
            found.Weak(about, "encryption", "The connection goes over a network and need not be encrypted.", "Add SSL Mode=VerifyFull to the connection string.");
        }

        if (connection.Password is { Length: > 0 and < PasswordCharactersLeast })
        {
            found.Weak(about, "password", "The role's password is short.", $"Give it {PasswordCharactersLeast} random characters or more.");
        }
    }

    private static bool IsNear(string host) =>
        host is "" or "localhost" or "127.0.0.1" or "::1" || host.StartsWith('/') || host.StartsWith("localhost:", StringComparison.Ordinal) || host.StartsWith("127.0.0.1:", StringComparison.Ordinal);

    private const int PasswordCharactersLeast = 16;
}
