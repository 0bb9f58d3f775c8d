using System.CommandLine;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The key ring's file, named or taken from the environment as the API takes it.</summary>
internal static class KeyRingArgument
{
    public static Option<string?> File() => new("--file")
    {
        Description = $"The key ring's file; {Settings.KeyRingVariable} unless told.",
        HelpName = "PATH",
    };

    public static string Path(Surroundings here, string? given) =>
        (given ?? here.Variable(Settings.KeyRingVariable)) is { Length: > 0 } path
            ? path
            : throw new VerbRefusedException($"Name the key ring's file with --file, or set {Settings.KeyRingVariable}.");

    public static KeyRing Read(string path)
    {
        try
        {
            return KeyRing.ReadFile(path);
        }
        catch (KeyRingException unusable)
        {
            throw new VerbRefusedException(unusable.Message, cause: unusable);
        }
    }

    public static void Write(KeyRing ring, string path)
    {
        try
        {
            ring.WriteFile(path);
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            throw new VerbRefusedException("The key ring's file cannot be written.", cause: refused);
        }
    }

    /// <summary>Runs against the keys database; a fault of it becomes a sentence.</summary>
    public static async Task<T> OnKeys<T>(Surroundings here, KeyRing ring, Func<KeyRotation, Task<T>> what)
    {
        await using var rotation = new KeyRotation(Settings.Connection(here, KeysSchema.Name).ConnectionString, ring);
        try
        {
            return await what(rotation).ConfigureAwait(false);
        }
        catch (NpgsqlException failure)
        {
            throw new VerbRefusedException(Failures.Sentence(failure, KeysSchema.Name), cause: failure);
        }
        catch (KeyRingException unusable)
        {
            throw new VerbRefusedException(unusable.Message, cause: unusable);
        }
    }
}
