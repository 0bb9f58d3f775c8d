using System.CommandLine;
using System.Globalization;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>Proves, between two checkpoints, that the audit log has only grown; and verifies the proof.</summary>
internal static class ProveConsistency
{
    public static Verb Verb(Surroundings here)
    {
        Option<long> from = Size("--from", "The size of the older checkpoint."), to = Size("--to", "The size of the newer one.");
        Option<string?> checkpoints = AuditArguments.Checkpoints(), key = AuditArguments.Key();
        var verb = new Verb(
            "consistency",
            "Proves that safety's log, as one checkpoint has seen it, begins with all that an older one has seen (RFC 6962), and shows the proof.",
            "wya audit consistency --from 1000 --to 2000",
            "wya audit consistency --from 1000 --to 2000 --json")
        {
            from,
            to,
            checkpoints,
            key,
        };
        verb.SetAction((parsed, ct) => Run(
            here,
            parsed.GetValue(from),
            parsed.GetValue(to),
            parsed.GetValue(checkpoints),
            parsed.GetValue(key),
            new Answer(here, parsed.GetValue(SharedOptions.Json)),
            ct));
        return verb;
    }

    private static async Task<int> Run(
        Surroundings here, long from, long to, string? checkpoints, string? keyFile, Answer answer, CancellationToken ct)
    {
        IReadOnlyList<SignedCheckpoint> all = AuditArguments.Read(here, checkpoints);
        VerifyingKey key = AuditArguments.ReadKey(here, keyFile);
        Checkpoint older = At(from), newer = At(to);
        await using OpenDomains domains = await OpenDomain.Open(here, here.Domains.Single(domain => domain.IsChained).Name, ct).ConfigureAwait(false);
        LogDatabase log = domains[0].Log;
        using var tree = new LogTree(new ChainedLog(log.DataSource, log.LogSchema));
        SubtreeHash hash = await tree.At(newer, [from - 1], ct).ConfigureAwait(false)
            ?? throw new VerbRefusedException("The log is not what the newer checkpoint has seen. See: wya audit verify");
        IReadOnlyList<byte[]> path = MerkleTree.ConsistencyPath(from, to, hash);
        bool holds = MerkleTree.IsConsistent(from, Convert.FromBase64String(older.Root), to, Convert.FromBase64String(newer.Root), path);
        string[] hashes = [.. path.Select(Convert.ToBase64String)];
        answer.Give(
            new { From = from, To = to, Consistent = holds, Path = hashes },
            holds ? $"The log of {Visible.Count(to)} entries begins with all of the log of {Visible.Count(from)}." : "They are not consistent.");
        foreach (string one in hashes)
        {
            answer.Say($"  {one}");
        }

        return holds ? ExitCodes.Done : ExitCodes.Refused;

        Checkpoint At(long size) => all.FirstOrDefault(checkpoint => checkpoint.Says.Size == size && SignedJson.IsSignedBy(checkpoint.Text, key))?.Says
            ?? throw new VerbRefusedException(string.Create(CultureInfo.InvariantCulture, $"There is no checkpoint of size {size} that is signed with this key."));
    }

    private static Option<long> Size(string name, string description)
    {
        var option = new Option<long>(name) { Description = description, HelpName = "SIZE", Required = true };
        option.Validators.Add(given =>
        {
            if (given.Tokens.Count > 0 && !given.Errors.Any() && given.GetValueOrDefault<long>() < 1)
            {
                given.AddError($"{name} starts at 1.");
            }
        });
        return option;
    }
}
