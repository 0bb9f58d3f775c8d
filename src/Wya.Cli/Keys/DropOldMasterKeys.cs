using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The end of a rotation: master keys that wrap nothing any more leave the ring.</summary>
internal static class DropOldMasterKeys
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File();
        var verb = new Verb(
            "drop-old",
            "Takes all master keys but the newest out of the ring, unless one of them still wraps a key. Older backups of the keys database need them.",
            "wya keys drop-old --file keys.json")
        {
            file,
        };
        verb.SetAction((parsed, ct) => Run(here, parsed.GetValue(file), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string? given, Answer answer, CancellationToken ct)
    {
        string path = KeyRingArgument.Path(here, given);
        KeyRing ring = KeyRingArgument.Read(path);
        IReadOnlyList<KeyCount> counts = await KeyRingArgument.OnKeys(here, ring, rotation => rotation.Count(ct)).ConfigureAwait(false);
        long old = counts.Where(count => count.MasterVersion is { } version && version != ring.CurrentVersion).Sum(count => count.Keys);
        if (old > 0)
        {
            throw new VerbRefusedException($"{Visible.Count(old, "key")} still wrapped under an older master key; run wya keys rotate first.");
        }

        int dropped = ring.Versions.Count - 1;
        KeyRingArgument.Write(ring.WithoutOldMasters(), path);
        answer.Give(
            new { File = path, MasterVersion = ring.CurrentVersion, Dropped = dropped },
            dropped == 0 ? "The ring holds one master key; there is nothing to drop." : $"{Visible.Count(dropped, "master key")} dropped; {ring.CurrentVersion} stays.");
        return ExitCodes.Done;
    }
}
