using System.CommandLine;
using Spectre.Console;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>The second half of a rotation: the keys of people are wrapped anew, and no event is touched.</summary>
internal static class RotateKeys
{
    public static Verb Verb(Surroundings here)
    {
        Option<string?> file = KeyRingArgument.File();
        Option<string?> actor = SharedOptions.Actor(), reason = SharedOptions.Reason();
        var verb = new Verb(
            "rotate",
            "Wraps all keys under the newest master key of the ring. May be stopped and run again; nobody need wait for it. Ends with 1 when all are wrapped under it already.",
            "wya keys rotate --file keys.json",
            "wya keys rotate --json")
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
        KeyRing ring = KeyRingArgument.Read(KeyRingArgument.Path(here, given));
        long done = await KeyRingArgument.OnKeys(here, ring, rotation => Rewrap(rotation, ring, by, answer, ct)).ConfigureAwait(false);
        if (done == 0)
        {
            throw new VerbRefusedException($"Nothing to rotate: every key is wrapped under master key {ring.CurrentVersion} already; wya keys add-master makes a new one.");
        }

        answer.Give(new { MasterVersion = ring.CurrentVersion, Rewrapped = done }, $"{Visible.Count(done, "key")} wrapped under master key {ring.CurrentVersion}.");
        return ExitCodes.Done;
    }

    private static async Task<long> Rewrap(KeyRotation rotation, KeyRing ring, Operator by, Answer answer, CancellationToken ct)
    {
        long done = await Rewrap(rotation, ring, answer, ct).ConfigureAwait(false);
        if (done > 0)
        {
            await rotation.Operations.Record("rotate-keys", $"master key {ring.CurrentVersion}", by, new { rewrapped = done }, ct).ConfigureAwait(false);
        }

        return done;
    }

    private static async Task<long> Rewrap(KeyRotation rotation, KeyRing ring, Answer answer, CancellationToken ct)
    {
        if (!answer.IsAnimated)
        {
            return await rotation.Rewrap(ct: ct).ConfigureAwait(false);
        }

        long total = (await rotation.Count(ct).ConfigureAwait(false)).Where(count => count.MasterVersion is { } version && version != ring.CurrentVersion)
            .Sum(count => count.Keys);
        return await answer.Console.Progress().StartAsync(async bars =>
        {
            ProgressTask bar = bars.AddTask("Wrapping keys", maxValue: Math.Max(1, total));
            return await rotation.Rewrap(done => bar.Value = done, ct).ConfigureAwait(false);
        }).ConfigureAwait(false);
    }
}
