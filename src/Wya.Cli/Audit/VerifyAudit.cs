using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Cli;

/// <summary>
/// Verifies the audit log: all of it, against itself and against its checkpoints; or, without any database, the proof that the
/// person concerned was given. Nothing is changed, and nothing is taken from anybody's word but the key's.
/// </summary>
internal static class VerifyAudit
{
    private const int ProgressEvery = 100_000;

    public static Verb Verb(Surroundings here)
    {
        Option<string?> proof = new("--proof")
        {
            Description = "What GET /me/record/proof answered, in a file: it is verified without a database.",
            HelpName = "PATH",
        };
        Option<string?> checkpoints = AuditArguments.Checkpoints(), key = AuditArguments.Key();
        var verb = new Verb(
            "verify",
            "Makes every entry of safety's log anew from what is stored, and compares it with its leaf, the chain and the checkpoints kept outside the database. The exit code is 1 when anything was changed.",
            "wya audit verify",
            "wya audit verify --checkpoints /mnt/witness/checkpoints --key key.json --json",
            "wya audit verify --proof proof.json --key key.json")
        {
            proof,
            checkpoints,
            key,
        };
        verb.SetAction((parsed, ct) =>
        {
            var answer = new Answer(here, parsed.GetValue(SharedOptions.Json));
            return parsed.GetValue(proof) is { } file
                ? Task.FromResult(VerifyProof(file, here, parsed.GetValue(key), answer))
                : VerifyLog(here, parsed.GetValue(checkpoints), parsed.GetValue(key), answer, ct);
        });
        return verb;
    }

    private static async Task<int> VerifyLog(Surroundings here, string? checkpoints, string? keyFile, Answer answer, CancellationToken ct)
    {
        IReadOnlyList<SignedCheckpoint> witnesses = AuditArguments.Read(here, checkpoints);
        VerifyingKey key = AuditArguments.ReadKey(here, keyFile);
        await using OpenDomains domains = await OpenDomain.Open(here, here.Domains.Single(domain => domain.IsChained).Name, ct).ConfigureAwait(false);
        LogDatabase log = domains[0].Log;
        var verifier = new LogVerifier(new ChainedLog(log.DataSource, log.LogSchema), Checkpoint.OriginOf(log.Domain), key);
        AuditReport report = await verifier.Verify(
            witnesses,
            (done, all) =>
            {
                if (done % ProgressEvery == 0)
                {
                    answer.Note($"{Visible.Count(done, "entry", "entries")} of {Visible.Count(all)}");
                }
            },
            ct).ConfigureAwait(false);
        answer.Give(
            new { report.Size, report.Root, report.Chain, report.Checkpoints, Whole = report.IsWhole, report.Findings },
            report.IsWhole
                ? $"Nothing was changed: {Visible.Count(report.Size, "entry", "entries")}, {Visible.Count(report.Checkpoints, "checkpoint")}. Root {report.Root}"
                : $"The log is not what it was: {Visible.Count(report.Findings.Count, "finding")} in {Visible.Count(report.Size, "entry", "entries")}.");
        foreach (AuditFinding finding in report.Findings)
        {
            answer.Say($"  {Where(finding)}: {Meaning(finding.Fault)}");
        }

        return report.IsWhole ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static int VerifyProof(string file, Surroundings here, string? keyFile, Answer answer)
    {
        RecordProof proof = Parse(AuditArguments.ReadFile(file)) ?? throw new VerbRefusedException($"{file} holds no proof, as GET /me/record/proof answers it.");
        bool keyIsItsOwn = keyFile is null && string.IsNullOrEmpty(here.Variable(Settings.KeyRingVariable));
        IReadOnlyList<string> faults = proof.Faults(keyIsItsOwn ? proof.Key : AuditArguments.ReadKey(here, keyFile));
        if (keyIsItsOwn)
        {
            answer.Note("The key is the proof's own word: compare it with the one that is published, and name it with --key.");
        }

        Checkpoint? seen = SignedCheckpoint.Parse(proof.Checkpoint)?.Says;
        ChainEntry[] entries = [.. proof.Entries.Select(entry => entry.Read()).OfType<ChainEntry>()];
        answer.Give(
            new
            {
                Whole = faults.Count == 0,
                seen?.Size,
                seen?.Time,
                Entries = entries.Select(entry => new { entry.Position, Day = entry.Date, entry.Type, Data = JsonElement.Parse(entry.Data) }),
                Faults = faults,
            },
            faults.Count == 0
                ? string.Create(CultureInfo.InvariantCulture, $"Proved: {Visible.Count(entries.Length, "entry", "entries")} of the log of {seen!.Size} that was signed at {seen.Time:u}.")
                : "It does not hold.");
        foreach (string fault in faults)
        {
            answer.Say($"  {fault}");
        }

        foreach (ChainEntry entry in faults.Count == 0 ? entries : [])
        {
            answer.Say(string.Create(CultureInfo.InvariantCulture, $"  {entry.Position}  {entry.Date:O}  {entry.Type}  {entry.Data}"));
        }

        return faults.Count == 0 ? ExitCodes.Done : ExitCodes.Refused;
    }

    private static RecordProof? Parse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize<RecordProof>(json, EventJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Where(AuditFinding finding) => finding switch
    {
        { Fault: AuditFault.SignatureBad or AuditFault.CheckpointsInconsistent } => $"checkpoint at {Visible.Count(finding.From)}",
        { From: var from, To: var to } when from == to => $"position {Visible.Count(from)}",
        _ => $"positions {Visible.Count(finding.From)} to {Visible.Count(finding.To)}",
    };

    private static string Meaning(AuditFault fault) => fault switch
    {
        AuditFault.Changed => "changed: the event is not what was chained",
        AuditFault.Missing => "missing: the event is gone",
        AuditFault.Extra => "extra: the event was never chained, is there twice, or lies behind the log's end",
        AuditFault.Hidden => "hidden: the event is marked as archived, so that readers pass over it",
        AuditFault.ChainBroken => "chain broken: the running value does not follow from the one before",
        AuditFault.OutOfOrder => "out of order: the event is older than the one before it",
        AuditFault.ShorterThanCheckpoint => "shorter than a checkpoint: the log was cut off, or is an older copy",
        AuditFault.DiffersFromCheckpoint => "differs from a checkpoint: something in it was changed, and chained anew",
        AuditFault.SignatureBad => "not signed with this key, or of another log",
        AuditFault.CheckpointsInconsistent => "does not follow from the one before: one was left out, doubled or moved",
        _ => throw new ArgumentOutOfRangeException(nameof(fault)),
    };
}
