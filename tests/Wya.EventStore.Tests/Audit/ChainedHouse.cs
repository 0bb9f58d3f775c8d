using System.Security.Cryptography;
using Npgsql;
using Wya.EventStore.Postgres;
using Wya.Testing;
using Xunit;

namespace Wya.EventStore.Tests;

/// <summary>A chained log, checkpoints as its keeper would sign them, and somebody with all rights to its database.</summary>
public sealed class ChainedHouse : IAsyncDisposable
{
    public const string Origin = "wya/ledger";

    private readonly TestDatabase database;
    private readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    private ChainedHouse(TestDatabase database)
    {
        this.database = database;
        Store = new PostgresEventStore(database.Log, TimeProvider.System);
        Log = new ChainedLog(database.Log.DataSource);
    }

    public TestDatabase Database => database;

    public PostgresEventStore Store { get; }

    public ChainedLog Log { get; }

    public List<SignedCheckpoint> Checkpoints { get; } = [];

    public static async Task<ChainedHouse> Open(bool isChained = true)
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        return new ChainedHouse(await TestPostgres.CreateDatabase("ledger", Ledger.Types, isChained: isChained));
    }

    /// <summary>So many events, each in an append of its own.</summary>
    public async Task Deposit(int count)
    {
        Guid stream = Guid.CreateVersion7();
        for (int i = 0; i < count; i++)
        {
            await Store.Append(new Append(
                new CommandMetadata("robin", Guid.CreateVersion7(), "trace", "span"),
                new StreamAppend(stream, "ledger", ExpectedVersion.Any, [new Deposited(i)])));
        }
    }

    public async Task Sign()
    {
        AuditReport report = await Verify();
        Assert.True(report.IsWhole);
        Checkpoints.Add(SignedCheckpoint.Sign(key, new Checkpoint(
            Origin, report.Size, report.Root, report.Chain, DateTimeOffset.UnixEpoch, Checkpoints is [.., { } last] ? Checkpoint.DigestOf(last.Text) : null)));
    }

    public Task<AuditReport> Verify() => new LogVerifier(Log, Origin, VerifyingKey.Of(key)).Verify(Checkpoints);

    public async Task<string> Findings()
    {
        AuditReport report = await Verify();
        return string.Join(", ", report.Findings.Select(finding =>
            finding.From == finding.To ? $"{finding.Fault} {finding.From}" : $"{finding.Fault} {finding.From}-{finding.To}"));
    }

    /// <summary>As somebody who may do everything, and leaves the triggers as they were.</summary>
    public async Task Tamper(string sql)
    {
        await using var connection = new NpgsqlConnection(database.OwnerConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(
            $"""
            alter table log.mt_events disable trigger all; alter table log.wya_chain disable trigger all;
            {sql};
            alter table log.mt_events enable always trigger wya_append_only; alter table log.wya_chain enable always trigger wya_append_only
            """,
            connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes leaves and chain follow again from what the events are now, as an attacker with the source would.</summary>
    public Task Rechain(long from) => Tamper(
        $"delete from log.wya_chain where seq_id >= {from}; select log.wya_extend_chain({from - 1}, (select max(seq_id) from log.mt_events))");

    public async ValueTask DisposeAsync()
    {
        key.Dispose();
        await Store.DisposeAsync();
        await database.DisposeAsync();
    }
}
