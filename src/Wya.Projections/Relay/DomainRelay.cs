using System.Globalization;
using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Relay;

/// <summary>
/// Publishes a domain's log to an external one, by the page: the position moves, in the domain's own database, when all of a
/// page has been acknowledged.
/// The guarantee: every event arrives at least once, always with the same id and body; and the first arrivals of a stream's
/// events are in the order of the stream.
/// The argument: whoever publishes (this process again, or another) begins after the stored position, before which
/// everything has been acknowledged, and goes on in order. So at any moment each of these runs has put a gapless piece into
/// a partition that begins after something already there. Whatever event a run adds, everything before it in the partition
/// was acknowledged before the run began, or was put there by the run itself: an event cannot arrive first before one that
/// precedes it, however many runs are under way, and however late something arrives that a deposed leader had still in
/// flight. What is late is a repetition, or it is the first arrival and in order.
/// </summary>
public static class DomainRelay
{
    /// <summary>
    /// A leader that is frozen in the middle keeps its row locked; the server ends such a session after this time, so that
    /// another can take over. Longer than an external log may take to acknowledge a page.
    /// </summary>
    public static readonly TimeSpan FrozenAfter = TimeSpan.FromSeconds(15);

    /// <summary>
    /// What safety says of people is read by moderators only, and each reading is recorded; an external log could not keep that.
    /// </summary>
    public static IReadOnlyList<string> Domains { get; } = ["identity", "graph", "rooms", "messaging"];

    private static readonly string BoundSql =
        string.Create(CultureInfo.InvariantCulture, $"set local idle_in_transaction_session_timeout = {FrozenAfter.TotalMilliseconds}");

    public static string NameOf(string domain) => $"{char.ToUpperInvariant(domain[0])}{domain[1..]}Relay";

    /// <param name="to">Of this domain alone.</param>
    public static Consumer Of(LogDatabase log, IExternalLog to) =>
        Consumer.OfPages(
            NameOf(log.Name),
            log,
            log,
            _ => true,
            async (recorded, transaction, ct) =>
            {
                await using (var bound = new NpgsqlCommand(BoundSql, transaction.Connection, transaction))
                {
                    await bound.ExecuteNonQueryAsync(ct).ConfigureAwait(false);
                }

                await to.Publish([.. recorded.Select(each => PublishedEvent.Of(each, log.Types.For(each.Data), log.Domain))], ct).ConfigureAwait(false);
            },
            opens: false);
}
