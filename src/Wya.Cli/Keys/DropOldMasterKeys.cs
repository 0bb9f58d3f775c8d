using System.CommandLine;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The end of a rotation: master keys that wrap nothing any more leave the ring.</summary>
internal static class DropOldMasterKeys
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File(), actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "drop-old",
            "Takes all master keys but the newest out of the ring, unless one of them still wraps a key. Older backups of the keys database need them. Ends with 1 when there is only one.",
            "wya keys drop-old --file keys.json")
        {
            file,
            reason,
            actor,
        };
        verb.SetAction((parsed, ct) => Run(here, parsed.GetValue(file), parsed.By(actor, reason), new Answer(here, parsed.GetValue(SharedOptions.Json)), ct));
        return verb;
    }

    private static async Task<int> Run(Surroundings here, string? given, Operator by, Answer answer, CancellationToken ct)
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
        if (dropped == 0)
        {
            throw new VerbRefusedException("Nothing to drop: the ring holds one master key.");
        }

        KeyRingArgument.Write(ring.WithoutOldMasters(), path);
        await KeyRingArgument.OnKeys(here, ring, async rotation =>
        {
            await rotation.Operations.Record("drop-master-keys", $"master key {ring.CurrentVersion}", by, new { dropped }, ct).ConfigureAwait(false);
            return dropped;
        }).ConfigureAwait(false);
        answer.Give(
            new { File = path, MasterVersion = ring.CurrentVersion, Dropped = dropped },
            $"{Visible.Count(dropped, "master key")} dropped; {ring.CurrentVersion} stays.");
        return ExitCodes.Done;
    }
}
