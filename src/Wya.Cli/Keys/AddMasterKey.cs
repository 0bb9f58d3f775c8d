using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The first half of a rotation: new keys are wrapped under a new master key from now on.</summary>
internal static class AddMasterKey
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File();
        var verb = new Verb(
            "add-master",
            "Adds a master key to the ring, under which keys are wrapped from now on. Running processes notice within half a minute.",
            "wya keys add-master --file keys.json")
        {
            file,
        };
        verb.SetAction(parsed => Run(here, parsed.GetValue(file), new Answer(here, parsed.GetValue(SharedOptions.Json))));
        return verb;
    }

    private static int Run(Surroundings here, string? given, Answer answer)
    {
        string path = KeyRingArgument.Path(here, given);
        KeyRing ring = KeyRingArgument.Read(path).WithNewMaster();
        KeyRingArgument.Write(ring, path);
        answer.Give(
            new { File = path, MasterVersion = ring.CurrentVersion },
            $"The ring has master key {ring.CurrentVersion}. Copy it to every node, then wrap all keys under it: wya keys rotate");
        return ExitCodes.Done;
    }
}
