using System.Globalization;
using Npgsql;
using Wya.Domain.Safety;
using Wya.Domain.Safety.Events;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Follows safety's own log and counts how many reports one person makes within a day, by their pseudonym. Who they are is
/// opened when it is too many and not before: their reports then wait together, as a matter of their own case.
/// </summary>
public sealed class ReportFloods(SignalWriter signals, LogDatabase safety)
{
    public const string Name = "SignalsOfReports";

    /// <summary>Run by the database's owner; safe to repeat.</summary>
    public const string CreateSql =
        """
        create table if not exists public.recent_reports (
            report_id    uuid primary key,
            reporter_ref uuid not null,
            reported_at  timestamptz not null
        );
        create index if not exists recent_reports_of_reporter on public.recent_reports (reporter_ref, reported_at);
        grant select, insert, update, delete on public.recent_reports to {app};
        """;

    private const string Count =
        """
        with past as (delete from public.recent_reports where reporter_ref = $2 and reported_at <= $4),
        counted as (
            insert into public.recent_reports (report_id, reporter_ref, reported_at) values ($1, $2, $3)
            on conflict (report_id) do nothing returning report_id)
        select (select count(*) from counted) + (select count(*) from public.recent_reports where reporter_ref = $2 and reported_at > $4)
        """;

    public Effect? Handle(RecordedEvent recorded) => recorded.Data switch
    {
        ReportSubmitted report => (transaction, ct) => Take(report, recorded, transaction, ct),
        ReportsUngrouped looked => (transaction, ct) => BeginAnew(looked, transaction, ct), // somebody has looked at them
        _ => null,
    };

    private static async Task BeginAnew(ReportsUngrouped looked, NpgsqlTransaction transaction, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(
            "delete from public.recent_reports where reporter_ref = $1", transaction.Connection, transaction);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = looked.ReporterRef });
        await command.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
    }

    private async Task Take(ReportSubmitted report, RecordedEvent recorded, NpgsqlTransaction transaction, CancellationToken ct)
    {
        int reports;
        await using (var command = new NpgsqlCommand(Count, transaction.Connection, transaction))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.ReportId });
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = report.ReporterRef });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = recorded.Time.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = (recorded.Time - SignalRules.ReportsWithin).UtcDateTime });
            reports = (int)(long)(await command.ExecuteScalarAsync(ct).ConfigureAwait(false))!;
        }

        // Null once the reporter's key is destroyed: then there is nobody any more whose case it could be.
        if (!SignalRules.IsReportFlood(reports)
            || await SealedWords.Open<ReporterStatement>(safety, report.By.Token, recorded.StreamId, ct).ConfigureAwait(false) is not { } statement)
        {
            return;
        }

        var group = new GroupReports(
            statement.Reporter,
            report.ReporterRef,
            recorded.Time,
            new Sensitive<string>(SafetyKey.Of(safety, statement.Reporter), string.Create(CultureInfo.InvariantCulture, $"{reports} reports within a day")));
        await signals.Send(
            EventIds.ForCommand("system", "report flood", report.ReportId.ToString("n")),
            statement.Reporter,
            (state, registeredAt) => GroupReports.Decide(state, group, registeredAt, recorded.Time),
            ct).ConfigureAwait(false);
    }
}
