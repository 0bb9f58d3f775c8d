using System.Globalization;
using System.Security.Cryptography;
using Wya.EventStore;
using Wya.EventStore.Postgres;
using Wya.Prove.Servers;

namespace Wya.Prove.Tamper;

/// <summary>A chained log with its checkpoints, which can be put back as it was however it was left.</summary>
internal sealed class TamperedLog(ProofDatabase database, LogDatabase log) : IDisposable
{
    private const string Origin = "wya/prove";

    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly ECDsa stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Guid[] streams = [.. Enumerable.Range(0, 7).Select(_ => Guid.CreateVersion7())];
    private int appended;

    public List<SignedCheckpoint> Checkpoints { get; } = [];

    public async Task Append(int count, CancellationToken ct)
    {
        await using var store = new PostgresEventStore(log, TimeProvider.System);
        for (int i = 0; i < count; i++)
        {
            await store.Append(
                new Append(
                    new CommandMetadata("robin", Guid.CreateVersion7(), $"{Guid.NewGuid():n}", "cause"),
                    new StreamAppend(streams[appended % streams.Length], Tally.Stream.Name, ExpectedVersion.Any, [new Counted(Mark.Of(1, appended++, 0), 1)])),
                ct);
        }
    }

    public async Task Sign(CancellationToken ct)
    {
        AuditReport now = await Verify(ct);
        Checkpoints.Add(SignedCheckpoint.Sign(key, new Checkpoint(
            Origin, now.Size, now.Root, now.Chain, DateTimeOffset.UnixEpoch, Checkpoints is [.., { } last] ? Checkpoint.DigestOf(last.Text) : null)));
    }

    public Task<AuditReport> Verify(CancellationToken ct) => Verify(Checkpoints, ct);

    public async Task Keep(CancellationToken ct) => await database.Execute(
        """
        create schema kept; create table kept.events as table log.mt_events; create table kept.chain as table log.wya_chain;
        create table kept.streams as table log.mt_streams; create table kept.head as table log.wya_log_head;
        """,
        ct);

    public async Task PutBack(CancellationToken ct) => await database.Execute(
        """
        set session_replication_role = replica;
        alter table log.mt_events disable trigger all; alter table log.wya_chain disable trigger all; alter table log.mt_streams disable trigger all;
        delete from log.mt_events; delete from log.wya_chain; delete from log.mt_streams;
        insert into log.mt_streams table kept.streams; insert into log.mt_events table kept.events; insert into log.wya_chain table kept.chain;
        update log.wya_log_head set position = kept.head.position, time = kept.head.time from kept.head;
        alter table log.mt_events enable always trigger wya_append_only; alter table log.wya_chain enable always trigger wya_append_only
        """,
        ct);

    public async Task<AuditReport> After(Tampering tampering, CancellationToken ct)
    {
        string from = tampering.RechainFrom.ToString(CultureInfo.InvariantCulture);
        string rechain = tampering.RechainFrom == 0
            ? ""
            : $"delete from log.wya_chain where seq_id >= {from}; select log.wya_extend_chain({from} - 1, (select max(seq_id) from log.mt_events));";
        await database.Execute(
            $"""
            set session_replication_role = replica;
            alter table log.mt_events disable trigger all; alter table log.wya_chain disable trigger all;
            {tampering.Sql}; {rechain}
            alter table log.mt_events enable always trigger wya_append_only; alter table log.wya_chain enable always trigger wya_append_only
            """,
            ct);
        await Append(tampering.GoesOn, ct);
        return await Verify(ct);
    }

    /// <summary>What somebody without the key can do to the file of checkpoints, should they reach it as well.</summary>
    public IEnumerable<(string Kind, IReadOnlyList<SignedCheckpoint> Left)> TamperedCheckpoints(Random random)
    {
        int at = random.Next(Checkpoints.Count - 1);
        yield return ("checkpoint left out", [.. Checkpoints.Where((_, i) => i != at)]);
        yield return ("checkpoints swapped", [.. Checkpoints.Take(at), Checkpoints[at + 1], Checkpoints[at], .. Checkpoints.Skip(at + 2)]);
        yield return ("checkpoint doubled", [.. Checkpoints.Take(at + 1), .. Checkpoints.Skip(at)]);
        SignedCheckpoint last = Checkpoints[^1];
        yield return ("checkpoint signed with another key", [.. Checkpoints.SkipLast(1), SignedCheckpoint.Sign(stranger, last.Says)]);
        string[] own = last.Text.Split('.'), forged = SignedCheckpoint.Sign(stranger, last.Says with { Size = last.Says.Size + 1 }).Text.Split('.');
        yield return ("checkpoint rewritten", [.. Checkpoints.SkipLast(1), SignedCheckpoint.Parse($"{own[0]}.{forged[1]}.{own[2]}")!]);
    }

    public Task<AuditReport> Verify(IReadOnlyList<SignedCheckpoint> checkpoints, CancellationToken ct) =>
        new LogVerifier(new ChainedLog(log.DataSource), Origin, VerifyingKey.Of(key)).Verify(checkpoints, ct: ct);

    public void Dispose()
    {
        key.Dispose();
        stranger.Dispose();
    }
}
