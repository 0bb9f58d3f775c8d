using System.CommandLine;
using System.Security.Cryptography;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Where the witnesses of the audit log are, and the key that they must be signed with.</summary>
internal static class AuditArguments
{
    public const string CheckpointsVariable = "Wya__Safety__CheckpointFile";

    public static Option<string?> Checkpoints() => new("--checkpoints")
    {
        Description = $"The file of checkpoints; {CheckpointsVariable} unless told.",
        HelpName = "PATH",
    };

    public static Option<string?> Key() => new("--key")
    {
        Description = $"The public key as GET /erasure-receipts/key gives it, in a file; that of the key ring ({Settings.KeyRingVariable}) unless told.",
        HelpName = "PATH",
    };

    public static IReadOnlyList<SignedCheckpoint> Read(Surroundings here, string? given)
    {
        string path = (given ?? here.Variable(CheckpointsVariable)) is { Length: > 0 } named
            ? named
            : throw new VerbRefusedException($"Name the file of checkpoints with --checkpoints, or set {CheckpointsVariable}.");
        try
        {
            return [.. CheckpointFile.Read(path)];
        }
        catch (CheckpointsUnavailableException unreadable)
        {
            throw new VerbRefusedException(unreadable.Message, cause: unreadable);
        }
    }

    public static VerifyingKey ReadKey(Surroundings here, string? given)
    {
        if (given is not null)
        {
            return VerifyingKey.Parse(ReadFile(given)) ?? throw new VerbRefusedException($"{given} holds no public key, a JSON Web Key for P-256 with its thumbprint.");
        }

        using ECDsa key = KeyRingArgument.Read(KeyRingArgument.Path(here, null)).ReceiptKey();
        return VerifyingKey.Of(key);
    }

    public static string ReadFile(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            throw new VerbRefusedException($"{path} cannot be read.", cause: unreadable);
        }
    }
}
