using Wya.Domain.Identity.Events;
using Wya.Domain.Messaging.Events;
using Wya.Domain.Rooms.Events;
using Wya.Domain.Safety.Events;
using Wya.Domain.Safety.Scanning;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Shows scanners what people write to each other, after it was sent: the text is opened in memory, and what is left of it is
/// the names of the rules that fit, sealed. What nobody here can read (a message in cipher, an erased author) is passed by.
/// </summary>
public sealed class ContentScans(SignalWriter signals, IReadOnlyList<IContentScanner> scanners)
{
    public const string OfMessages = "ScansOfMessages";
    public const string OfGuestbooks = "ScansOfGuestbooks";

    private const int RulesToldMax = 10;

    private const string Source = "scanner";

    public static IReadOnlyList<Consumer> Consumers(
        IReadOnlyList<IContentScanner> scanners, IReadOnlyList<LogDatabase> messaging, LogDatabase rooms, IEventStore store, LogDatabase safety)
    {
        var scans = new ContentScans(new SignalWriter(store, safety), scanners);
        return scanners.Count == 0
            ? []
            : [.. messaging.Select((log, partition) => Consumer.Of(Partitions.In(partition, OfMessages), log, safety, scans.Message)), Consumer.Of(OfGuestbooks, rooms, safety, scans.Guestbook)];
    }

    public Effect? Message(RecordedEvent recorded) => recorded.Data switch
    {
        MessageSent { Kind: MessageKind.Text } sent => (_, ct) => Scan(sent.SenderId, sent.Content.ValueOr(new MessageContent()).Text, recorded, ct),
        MessageEdited edited => (_, ct) => Scan(edited.SenderId, edited.Content.ValueOr(new MessageContent()).Text, recorded, ct),
        _ => null,
    };

    public Effect? Guestbook(RecordedEvent recorded) =>
        recorded.Data is GuestbookSigned signed ? (_, ct) => Scan(signed.GuestId, signed.Text.ValueOr(""), recorded, ct) : null;

    private Task Scan(UserId author, string? text, RecordedEvent recorded, CancellationToken ct)
    {
        ScanFinding[] found = string.IsNullOrEmpty(text) ? [] : [.. scanners.SelectMany(scanner => scanner.Scan(text)).OrderByDescending(finding => finding.Weight)];
        return found.Length == 0
            ? Task.CompletedTask
            : signals.Notice(
                EventIds.ForCommand("system", "signal content", recorded.Id.ToString("n")),
                author,
                SignalKind.Content,
                Source,
                recorded.Time,
                found[0].Weight,
                string.Join(", ", found.Take(RulesToldMax).Select(finding => finding.Rule)),
                ct);
    }
}
