using Wya.Api.Documentation;
using Wya.EventStore.Postgres;

namespace Wya.Api.Operation;

/// <summary>Rebuilds and switches back.</summary>
/// <param name="Items">Of a set, each of its jobs; in a list, the newest first.</param>
internal sealed record RebuildViews(IReadOnlyList<RebuildView> Items)
{
    public static RebuildViews Example => new([RebuildView.Example]);
}

/// <param name="SetId">The same for read models that are swapped together.</param>
/// <param name="Kind">rebuild, switch_back, or rows: some rows alone.</param>
/// <param name="State">running, paused, cancelled, done or failed.</param>
/// <param name="Step">waiting, replaying, comparing, swapping or finished.</param>
/// <param name="IsHeld">It waits for its difference to be approved.</param>
/// <param name="Position">How far the new tables are in the log.</param>
/// <param name="Target">How far they must get.</param>
/// <param name="SecondsLeft">At the present speed; left out when nothing is known of it.</param>
/// <param name="ExpectedSeconds">By the forecast when it was ordered.</param>
/// <param name="Difference">Of each table; left out before the comparison.</param>
/// <param name="Fingerprint">To be sent back with an approval.</param>
/// <param name="CanSwitchBack">The tables that it replaced are kept.</param>
/// <param name="Scope">Of single rows: stream:… or key:….</param>
internal sealed record RebuildView(
    Guid Id, Guid SetId, string Domain, string Projection, string Kind, string State, string Step, bool IsHeld, long Position, long Target, double? EventsASecond,
    int? EventsASecondMax, double? SecondsLeft, double? ExpectedSeconds, long? SwapPosition, long? RowsDiffering, IReadOnlyList<TableDifference>? Difference,
    string? Fingerprint, string? ApprovedBy, bool CanSwitchBack, string? Scope, string RequestedBy, DateTimeOffset RequestedAt, string Reason, string? ChangedBy,
    DateTimeOffset? StartedAt, DateTimeOffset? FinishedAt, string? Worker, string? Explanation, string? Error)
{
    public static RebuildView Example { get; } = new(
        Guid.Empty, Guid.Empty, "identity", "Users", "rebuild", "paused", "comparing", true, 120_000, 120_000, 41_000, null, null, 3.5, null, 2,
        [new TableDifference("users", 0, 0, 2)], "5f0c2a9be1d47730", null, false, null, ExamplePeople.MaraId.ToString(), ExamplePeople.Then, "New in 1.4.2", null, ExamplePeople.Then, null,
        "node-1/4711", "Live and new tables differ at position 120000 (users: 0 added, 0 removed, 2 changed). Look at the rows, then approve the difference, or cancel the rebuild.", null);

    public static RebuildView Of(string domain, RebuildJob job) => new(
        job.Id, job.SetId, domain, job.Projection,
        job.Kind switch { RebuildKind.Rebuild => "rebuild", RebuildKind.SwitchBack => "switch_back", _ => "rows" },
        job.State.ToString().ToLowerInvariant(), job.Step.ToString().ToLowerInvariant(), job.IsHeld, job.Position, job.Target,
        job.EventsASecond is { } rate ? Math.Round(rate, 1) : null, job.EventsASecondMax,
        job.TimeLeft is { } left ? Math.Round(left.TotalSeconds, 1) : null, job.ExpectedSeconds, job.SwapPosition, job.RowsDiffering, job.Difference,
        job.Fingerprint, job.ApprovedBy, job.RetiredPosition is not null, job.Scope, job.RequestedBy, job.RequestedAt, job.Reason, job.ChangedBy, job.StartedAt, job.FinishedAt,
        job.Worker, job.Explanation, job.Error);
}
