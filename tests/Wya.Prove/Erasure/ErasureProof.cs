using System.Buffers.Text;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Projections.Identity;
using Wya.Projections.Messaging;

namespace Wya.Prove.Erasure;

/// <summary>
/// People with a marked string in every sensitive field, in everything that holds or copies them: events, read models, a dead
/// letter, operators' exports, the write-ahead log, base backups, logs, traces. They ask to be erased. Then all read models are
/// rebuilt, and the older backups of both servers restored and opened for traffic. After each of these somebody who holds all
/// files, the keys database and all master keys searches the bytes, and tries every key on every sealed value.
/// </summary>
internal static class ErasureProof
{
    private const int Survivors = 3;
    private const int DeadLetters = 3;

    public static Proof Proof { get; } = new(
        "erasure",
        [
            "Of an erased person nothing that was sealed can be read anywhere: not in events, read models, dead letters, exports, write-ahead logs, backups, logs or traces, by somebody who holds all databases and master keys.",
            "An erased person's handle, which stands in the clear while they live, is gone from the live database, exports, logs and traces, and with the next rebuild from the database's files. Write-ahead logs and backups of the identity database hold it until they age out.",
            "No wrapped key of an erased person is left in the files of the keys database. Its write-ahead logs and backups hold them until they age out.",
            "A rebuild over erased people finishes, differs in no row, and shows them redacted.",
            "Everybody who is erased gets a receipt that anyone can verify with the published key.",
        ],
        Run);

    public static async Task<Figures> Run(ProofRun run, CancellationToken ct)
    {
        int people = run.Sized(8, 50, 500);
        var figures = new Figures();
        var canaries = new Canaries();
        await using ErasureSite site = await ErasureSite.Open(run.Environment, ct);
        run.Progress($"{people} people, and {Survivors} who stay");
        var town = new Town(site, canaries);
        IReadOnlyList<MarkedPerson> survivors = await town.Settle(Survivors, ct);
        await Stumble(site, ct);
        IReadOnlyList<MarkedPerson> erased = await town.Settle(people, ct);
        HashSet<Guid> ids = [.. erased.Select(person => person.Id)];
        await site.Identity.Execute("analyze", ct); // the server samples values of columns into a table of its own
        await Wait.Until(
            async () => await site.Identity.Count(run.Size == ProofSize.Short ? "log.wya_parked_streams" : "log.wya_parked_streams where state = 'dead'", ct) >= DeadLetters,
            "dead letters", 180, ct);
        await site.Replay(ct);

        int exported = 0;
        foreach (MarkedPerson person in erased)
        {
            string own = (await ErasureSite.Send(person.Client, HttpMethod.Get, "/me/export", null, ct)).GetRawText();
            exported += person.Sealed.Append(person.Handle).Append(ErasureSite.Date(person.BirthDate)).All(text => own.Contains(text, StringComparison.Ordinal)) ? 1 : 0;
        }

        Guid export = await site.Export(ct);
        IReadOnlyList<string> pseudonyms = await site.Pseudonyms(export, erased, ct);
        figures.Note("people", people);
        figures.MustBe("marks_opened_for_their_owner", exported, people);
        figures.MustBeAtLeast("dead_letters", await site.Identity.Count("log.wya_parked_streams", ct), DeadLetters);
        IReadOnlyList<WrappedKey> keysBefore = [.. (await WrappedKey.All(site.Keys.OwnerConnectionString, ct)).Where(key => ids.Contains(key.Subject))];
        run.Progress("base backups");
        await site.BackUp(ct);
        site.StartApi();
        await site.Api.UntilReady(60, ct);

        string[] everywhere =
            [site.IdentityServer.Data, site.KeysServer.Data, site.IdentityBackup, site.KeysBackup, site.LogFile, site.TracesFile, site.ReplayFile, site.LedgerFile, site.ExportFolder];
        IReadOnlyDictionary<Guid, SealedPlace> places = await site.Places(ct);
        var before = new Attacker(site.Keys.RingFile, places);
        figures.MustBe("sealed_marks_in_the_clear_while_alive", before.Search(canaries.SealedMark, everywhere), 0);
        int wanted = people * MarkedPerson.SealedCount;
        figures.MustBe("marks_opened_with_the_keys_while_alive", Marks(await before.OpenAll(site.Keys.OwnerConnectionString, ct), ids, canaries), wanted);
        figures.Note("handles_in_the_clear_while_alive", before.Search(canaries.HandleMark, site.IdentityServer.Data));
        figures.MustBeAtLeast("bytes_of_traces", new FileInfo(site.TracesFile).Length, 1_000);

        run.Progress("erasing");
        long start = Stopwatch.GetTimestamp();
        await AskToBeErased(site, erased, ct);
        await site.Identity.Execute("drop trigger stumble on account_history", ct);
        await site.UntilKeysAreDestroyed(people, ct);
        await Resume(site, ct);
        await site.UntilFollowed(ct);
        string list = string.Join(',', ids.Select(id => $"'{id}'"));
        await site.UntilMessagingForgot(list, ct);
        figures.Note("erased_seconds", Stopwatch.GetElapsedTime(start).TotalSeconds);
        if (run.Size != ProofSize.Short)
        {
            figures.MustBe("receipts_verified", await VerifiedReceipts(site, erased, ct), people);
        }

        run.Progress("rebuilding");
        foreach ((DomainDefinition domain, string model) in
            from domain in new[] { IdentityDomain.Definition, MessagingDomain.Definition } from model in domain.ReadModels select (domain, model.Name))
        {
            RebuildJob job = await site.Rebuild(domain, model, ct);
            figures.MustBe($"{model.ToLowerInvariant()}_rebuilt", job.State == RebuildState.Done ? 1 : 0, 1);
            figures.MustBe($"{model.ToLowerInvariant()}_rows_differing", job.RowsDiffering ?? -1, 0);
        }

        figures.MustBe("redacted_after_rebuild", await site.Identity.Count($"users where id in ({list}) and handle like 'erased--%'", ct), people);
        figures.MustBe("details_after_rebuild", await site.Identity.Count($"personal_details where user_id in ({list})", ct), 0);
        await site.Replay(ct);
        IReadOnlyList<string> told = await site.Pseudonyms(export, erased, ct), toldOfSurvivors = await site.Pseudonyms(export, survivors, ct);

        // As the worker does before it issues receipts, a minute later than the short form waits.
        await using (SubjectKeys keys = site.Keys.Open())
        {
            await keys.Vacuum(ct);
        }

        // The files as they lie there, once everything has been written out.
        await site.WhileStopped(() => Task.CompletedTask, ct);
        var after = new Attacker(site.Keys.RingFile, places);
        figures.MustBe("sealed_marks_in_the_clear", after.Search(canaries.SealedMark, everywhere), 0);
        figures.Note("sealed_values_tried", after.Tokens);
        IReadOnlyList<(Guid Subject, string Text)> opened = await after.OpenAll(site.Keys.OwnerConnectionString, ct);
        figures.MustBe("marks_opened", Marks(opened, ids, canaries), 0);
        figures.MustBe("sealed_values_opened", opened.Count(one => ids.Contains(one.Subject)), 0);
        figures.MustBeAtLeast("survivors_opened", opened.Count(one => !ids.Contains(one.Subject)), Survivors * MarkedPerson.SealedCount);
        figures.MustBe("handles_left_in_exports_logs_traces", Handles(erased, site.LogFile, site.TracesFile, site.ReplayFile, site.LedgerFile, site.ExportFolder), 0);
        IEnumerable<byte[]> Ids(string format) => ids.Select(id => Encoding.ASCII.GetBytes(id.ToString(format)));
        figures.MustBe("in_the_older_export_by_pseudonym", Attacker.Occurring(pseudonyms.Select(Encoding.ASCII.GetBytes), site.ExportFolder), people);
        figures.MustBe("in_the_older_export_by_id", Attacker.Occurring([.. Ids("D"), .. Ids("N")], site.ExportFolder), 0);
        figures.MustBe("pseudonyms_told_of_the_erased", told.Count, 0);
        figures.MustBe("pseudonyms_told_of_survivors", toldOfSurvivors.Count, Survivors);
        figures.MustBe("planted_export_with_ids_found", Attacker.Occurring(Ids("D"), site.ReplayFile), people);
        figures.MustBe("handles_left_in_files", Handles(erased, Path.Combine(site.IdentityServer.Data, "base")), 0);
        figures.MustBe("wrapped_keys_left_in_files", Attacker.Occurring(keysBefore.Select(key => key.Bytes), Path.Combine(site.KeysServer.Data, "base")), 0);
        figures.Note("wrapped_keys_left_in_wal", Attacker.Occurring(keysBefore.Select(key => key.Bytes), Path.Combine(site.KeysServer.Data, "pg_wal")));
        figures.MustBe(
            "planted_key_not_destroyed_found",
            Marks(await after.OpenAll(site.Keys.OwnerConnectionString, ct, keysBefore[0]), [keysBefore[0].Subject], canaries), MarkedPerson.SealedCount);

        double searched = (before.BytesSearched + after.BytesSearched) / 1e6;
        if (run.Size != ProofSize.Short) // there `restore` does it
        {
            run.Progress("restoring the older backups");
            site.StartApi();
            await site.Api.UntilReady(60, ct);
            await site.Restore(ct);
            site.StartApi();
            await site.Api.UntilReady(120, ct);
            await site.Replay(ct);
            var restored = new Attacker(site.Keys.RingFile, places);
            figures.MustBe("sealed_marks_in_the_clear_after_restore", restored.Search(canaries.SealedMark, everywhere), 0);
            figures.MustBe("sealed_values_opened_after_restore", (await restored.OpenAll(site.Keys.OwnerConnectionString, ct)).Count(one => ids.Contains(one.Subject)), 0);
            figures.MustBe("redacted_after_restore", await site.Identity.Count($"users where id in ({list}) and handle like 'erased--%'", ct), people);
            searched += restored.BytesSearched / 1e6;
        }

        figures.Note("megabytes_searched", searched);
        return figures;
    }

    /// <summary>Each mark counts once for its person, however many copies of it were opened.</summary>
    private static int Marks(IEnumerable<(Guid Subject, string Text)> opened, HashSet<Guid> of, Canaries canaries) => opened
        .Where(one => of.Contains(one.Subject) && one.Text.Contains(canaries.SealedMark, StringComparison.Ordinal))
        .Select(one => (one.Subject, one.Text)).Distinct().Count();

    /// <summary>A survivor's handle is no find.</summary>
    private static int Handles(IEnumerable<MarkedPerson> people, params IEnumerable<string> paths) =>
        Attacker.Occurring(people.Select(person => Encoding.ASCII.GetBytes(person.Handle)), paths);

    private static Task AskToBeErased(ErasureSite site, IEnumerable<MarkedPerson> people, CancellationToken ct) => Parallel.ForEachAsync(
        people, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = ct },
        async (person, stop) =>
        {
            using HttpClient client = site.With(await site.Token(person.Handle, stop));
            person.Ticket = (await ErasureSite.Send(client, HttpMethod.Delete, "/me", null, stop)).GetProperty("receipt_ticket").GetString();
        });

    /// <summary>The read model fails on the next few bans, and says the row in its error, as a fault in the data would.</summary>
    private static Task Stumble(ErasureSite site, CancellationToken ct) => site.Identity.Execute(
        """
        create function stumble() returns trigger language plpgsql as $$
        begin
            if new.what = 'user.banned' and (select count(*) from users where id <= new.user_id) % 2 = 0 then -- every second who came
                raise exception 'cannot keep % of %', new.detail, new.user_id using errcode = '22000';
            end if;
            return new;
        end $$;
        create trigger stumble before insert on account_history for each row execute function stumble();
        """, ct);

    private static async Task Resume(ErasureSite site, CancellationToken ct)
    {
        await using var log = new LogDatabase("identity", site.Identity.ConnectionString, IdentityDomain.Definition.Types);
        var consumer = Consumer.Of(IdentityDomain.Definition.ReadModels.Single(model => model.Name == "AccountHistory"), log);
        foreach (DeadLetter letter in await Wya.EventStore.Postgres.DeadLetters.List(consumer, limit: 1_000, deadOnly: false, ct: ct))
        {
            await Wya.EventStore.Postgres.DeadLetters.Retry(consumer, letter.StreamId, new Operator("prove", "the fault is mended"), ct);
        }
    }

    private static async Task<int> VerifiedReceipts(ErasureSite site, IReadOnlyList<MarkedPerson> people, CancellationToken ct)
    {
        await Wait.Until(async () => await site.Identity.Count("erasure_receipts where receipt is not null", ct) == people.Count, "all receipts", 180, ct);
        JsonElement jwk = await ErasureSite.Send(site.Anonymous, HttpMethod.Get, "/erasure-receipts/key", null, ct);
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint { X = Decoded(jwk.GetProperty("x").GetString()!), Y = Decoded(jwk.GetProperty("y").GetString()!) },
        });
        int verified = 0;
        foreach (MarkedPerson person in people)
        {
            string[] jws = (await ErasureSite.Send(site.Anonymous, HttpMethod.Get, $"/erasure-receipts/{person.Ticket}", null, ct))
                .GetProperty("receipt").GetString()!.Split('.');
            JsonElement receipt = JsonElement.Parse(Decoded(jws[1]));
            bool isTheirs = receipt.GetProperty("user_id").GetGuid() == person.Id
                && receipt.GetProperty("stores").EnumerateArray().All(store => store.GetProperty("readable").GetInt64() == 0);
            verified += isTheirs && key.VerifyData(Encoding.ASCII.GetBytes($"{jws[0]}.{jws[1]}"), Decoded(jws[2]), HashAlgorithmName.SHA256) ? 1 : 0;
        }

        return verified;
    }

    private static byte[] Decoded(string text) => Base64Url.DecodeFromChars(text);
}
