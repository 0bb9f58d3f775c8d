using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Makes the secrets of a new installation.</summary>
internal static class InitKeys
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File();
        var verb = new Verb(
            "init",
            "Makes a key ring: a master key, the pepper of taken names, the key that signs receipts. Never overwrites one.",
            "wya keys init --file keys.json")
        {
            file,
        };
        verb.SetAction(parsed => Run(here, parsed.GetValue(file), new Answer(here, parsed.GetValue(SharedOptions.Json))));
        return verb;
    }

    private static int Run(Surroundings here, string? given, Answer answer)
    {
        string path = KeyRingArgument.Path(here, given);
        if (File.Exists(path))
        {
            throw new VerbRefusedException("There is a file of that name already; a key ring that is lost takes every sealed value with it.");
        }

        var ring = KeyRing.Create();
        KeyRingArgument.Write(ring, path);
        answer.Give(
            new { File = path, MasterVersion = ring.CurrentVersion },
            "A key ring with master key 1 was written. Keep a copy where the databases' backups are not.");
        return ExitCodes.Done;
    }
}
