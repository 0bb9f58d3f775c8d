using System.Data;
using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>One read model of the set that is rebuilt or switched back: its new tables, and how far they are.</summary>
internal sealed class RebuildMember : IAsyncDisposable
{
    private readonly LogDatabase database;
    private readonly RebuildOptions options;
    private readonly TimeProvider clock;
    private readonly NpgsqlConnection connection;
    private TableFilling? filling;
    private bool restarts;
    private DateTimeOffset since;

    private RebuildMember(LogDatabase database, ReadModel model, JobRow row, RebuildOptions options, TimeProvider clock, NpgsqlConnection connection)
    {
        this.database = database;
        Model = model;
        Row = row;
        this.options = options;
        this.clock = clock;
        this.connection = connection;
        since = row.Job.StartedAt!.Value;
    }

    public ReadModel Model { get; }

    public JobRow Row { get; }

    public NpgsqlConnection Connection => connection;

    public long Position => filling!.Position;

    /// <summary>The parked streams that the new tables stand without.</summary>
    public Guid[] PassedStreams => Passed.Streams;

    /// <summary>Where its new tables are.</summary>
    public string Schema => Row.Job.Kind == RebuildKind.Rebuild ? database.ShadowSchema : database.RetiredSchema;

    private PassedStreams Passed { get; set; } = null!;

    private bool Rebuilds => Row.Job.Kind == RebuildKind.Rebuild;

    public static async Task<RebuildMember> Open(
        LogDatabase database, ReadModel model, JobRow row, RebuildOptions options, TimeProvider clock, CancellationToken ct)
    {
        NpgsqlConnection connection = await RebuildConnection.Open(database, ct).ConfigureAwait(false);
        try
        {
            // The position is in the same transaction as the rows: losing the last pages in a crash of the server is exact too.
            await connection.Execute("set synchronous_commit = off", ct).ConfigureAwait(false);
            var member = new RebuildMember(database, model, row, options, clock, connection);
            member.restarts = row.Job.Position == 0 || !await ModelTables.Exist(connection, model, member.Schema, ct).ConfigureAwait(false);
            return member;
        }
        catch
        {
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Fills the new tables until hardly anything is left, from where they stand or anew.</summary>
    public async Task Fill(CancellationToken ct)
    {
        if (restarts)
        {
            await Begin(ct).ConfigureAwait(false);
        }
        else if (filling is not null)
        {
            return; // another of the set had to begin again
        }

        await Close().ConfigureAwait(false);
        Passed = new PassedStreams(database, Model, await TablesOf(ct).ConfigureAwait(false));
        await Passed.Load(connection, ct).ConfigureAwait(false);
        var replay = new TableReplay(Model, Schema, connection, Passed, options.RowsCachedMax, restarts ? 0 : Row.Job.Position, Row.Advance);
        filling = new TableFilling(database, Model, options, clock, connection, Passed, replay, Rebuilds ? since : null)
        {
            TargetSeen = target => Row.Target = target,
            Limit = token => Row.Limit(connection, token),
        };
        restarts = false;
        await Row.Set(connection, RebuildStep.Replaying, ct).ConfigureAwait(false);
        await CatchUp([], ct).ConfigureAwait(false);
        if (Rebuilds)
        {
            foreach (ITable table in Model.Tables)
            {
                await connection.Execute($"vacuum (analyze) {Schema}.{table.Name}", ct).ConfigureAwait(false);
            }
        }
    }

    public Task CatchUp(IReadOnlyList<ReadModel> others, CancellationToken ct) => OrBeginAgain(() => filling!.CatchUp(others, ct));

    public Task FoldLast(long to, CancellationToken ct) => OrBeginAgain(() => filling!.FoldLast(to, ct));

    /// <summary>
    /// What an operator must know before the swap: null when live and new tables are the same, or when what differs has been
    /// approved. Which rows differ, and by which events, is kept with the job.
    /// </summary>
    public async Task<string?> Compare(CancellationToken ct)
    {
        await Row.Set(connection, RebuildStep.Comparing, ct).ConfigureAwait(false);
        await using NpgsqlConnection snapshot = await database.DataSource.OpenConnectionAsync(ct).ConfigureAwait(false);
        await using NpgsqlTransaction transaction = await snapshot.BeginTransactionAsync(IsolationLevel.RepeatableRead, ct).ConfigureAwait(false);
        long position = 0;
        bool canBeCompared = false;
        await OrBeginAgain(async () =>
        {
            await using LiveHold hold = await filling!.MeetLive(ct).ConfigureAwait(false);

            // The first statement in the transaction takes its snapshot, here where both stand still.
            position = hold.Positions[Model];
            canBeCompared = await ModelTables.Exist(snapshot, Model, database.ReadSchema, ct).ConfigureAwait(false) && position >= Position;
        }).ConfigureAwait(false);
        if (!canBeCompared)
        {
            // The live tables were never filled; or the new ones have gone beyond them with the others of their set, and
            // were compared before that.
            return Row.Job is { RowsDiffering: > 0, Approved: null } ? Row.Job.Explanation ?? "Live and new tables differed." : null;
        }

        ReadModelDifference difference = await TableComparison.Compare(
            snapshot, Model, database.ReadSchema, database.ShadowSchema, position, ct).ConfigureAwait(false);
        bool isApproved = Row.Job.Approved is { } approved && IsOfTheKind(difference, approved);
        if (!difference.IsNone && !isApproved)
        {
            var rows = new RowDifferences(database, Model, Row.Job.Id, options);
            await rows.Collect(snapshot, ct).ConfigureAwait(false);
            await transaction.DisposeAsync().ConfigureAwait(false); // the reading of the log takes as long as it takes
            await rows.Trace(connection, position, ct).ConfigureAwait(false);
            await rows.Keep(connection, ct).ConfigureAwait(false);
        }

        await Row.Compared(connection, difference, ct).ConfigureAwait(false);
        return difference.IsNone || isApproved
            ? null
            : $"Live and new tables differ at position {position} ({string.Join("; ", difference.Tables)}). Look at the rows, then approve the difference, or cancel the rebuild.";
    }

    /// <summary>The tables take what was folded wrongly from the beginning.</summary>
    public void BeginAgainIfOutdated()
    {
        if (restarts)
        {
            since = clock.GetUtcNow();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Close().ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
    }

    private async Task Close()
    {
        if (filling is not null)
        {
            await filling.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>
    /// While somebody looked, events went on and more rows came to differ in the way that was approved. A table, or a kind
    /// of difference, that nobody has seen is not approved.
    /// </summary>
    private static bool IsOfTheKind(ReadModelDifference difference, IReadOnlyList<TableDifference> approved) =>
        difference.Tables.All(table => approved.FirstOrDefault(one => one.Table == table.Table) is var seen
            && (table.Added == 0 || seen?.Added > 0) && (table.Removed == 0 || seen?.Removed > 0) && (table.Changed == 0 || seen?.Changed > 0));

    private async Task OrBeginAgain(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (RebuildOutdatedException)
        {
            restarts = true;
            throw;
        }
    }

    private async Task Begin(CancellationToken ct)
    {
        if (!Rebuilds)
        {
            throw new RebuildFailedException($"{Model.Name}: the tables to switch back to are not there.");
        }

        List<string> outside = await ModelTables.OutsideDependents(connection, database, Model, ct).ConfigureAwait(false);
        if (outside.Count > 0)
        {
            throw new RebuildFailedException(
                $"{Model.Name}: {string.Join(", ", outside)} depends on its tables and would stay with those that are replaced.");
        }

        await using NpgsqlTransaction transaction = await connection.BeginTransactionAsync(ct).ConfigureAwait(false);
        await ModelTables.Create(connection, database, Model, ct).ConfigureAwait(false);
        await connection.Execute($"delete from {database.LogSchema}.wya_rebuild_passed where rebuild_id = $1", ct, Sql.Value(Row.Job.Id)).ConfigureAwait(false);
        await Row.Restart(connection, ct).ConfigureAwait(false);
        await transaction.CommitAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Under which job the tables' passed streams are recorded: the one whose swap left them, or this one.</summary>
    private async Task<Guid> TablesOf(CancellationToken ct) =>
        Rebuilds
            ? Row.Job.Id
            : (await connection.Query(
                $"select id from {database.LogSchema}.wya_rebuilds where projection = $1 and retired_position is not null",
                found => found.GetGuid(0), ct, Sql.Value(Model.Name)).ConfigureAwait(false))[0];
}
