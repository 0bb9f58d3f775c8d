using Npgsql;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Messaging;

/// <param name="Messages">In ascending order.</param>
/// <param name="Before">What is before this sequence comes before these; null when there is nothing.</param>
/// <param name="After">Likewise after.</param>
public sealed record MessageWindow(IReadOnlyList<MessageView> Messages, long? Before, long? After);

/// <summary>
/// What a person sees of a conversation through a window, wherever it stands. Windows are bounded by sequences and not by
/// counts, so nothing moves in them while people write. One round trip, of the same cost in a long conversation as in a short one.
/// </summary>
public static class MessageWindows
{
    private const string Seen = $"m.conversation_id = $2 and m.sequence > $3 and {MessagePages.MetSender}";

    /// <param name="joined">What is not above it is from before the reader came.</param>
    public static Task<MessageWindow> Newest(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, int limit, CancellationToken ct = default) =>
        Before(messaging, reader, conversation, joined, long.MaxValue, limit, ct);

    /// <param name="before">Exclusive.</param>
    public static async Task<MessageWindow> Before(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, long before, int limit, CancellationToken ct = default)
    {
        (IReadOnlyList<MessageView> found, bool isMoreAfter) = await Read(
            messaging, reader, conversation, joined, before, ">=",
            $"select * from public.messages m where {Seen} and m.sequence < $4 order by m.sequence desc limit $5", limit + 1, 0, ct).ConfigureAwait(false);
        IReadOnlyList<MessageView> shown = found.Count > limit ? [.. found.Skip(1)] : found;
        return new MessageWindow(
            shown,
            found.Count > limit ? shown[0].Row.Sequence : null,
            !isMoreAfter ? null : shown is [.., var last] ? last.Row.Sequence : before - 1);
    }

    /// <param name="after">Exclusive.</param>
    public static async Task<MessageWindow> After(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, long after, int limit, CancellationToken ct = default)
    {
        (IReadOnlyList<MessageView> found, bool isMoreBefore) = await Read(
            messaging, reader, conversation, joined, after, "<=",
            $"select * from public.messages m where {Seen} and m.sequence > $4 order by m.sequence limit $5", limit + 1, 0, ct).ConfigureAwait(false);
        IReadOnlyList<MessageView> shown = found.Count > limit ? [.. found.Take(limit)] : found;
        return new MessageWindow(
            shown,
            !isMoreBefore ? null : shown is [var first, ..] ? first.Row.Sequence : after + 1,
            found.Count > limit ? shown[^1].Row.Sequence : null);
    }

    /// <summary>Half of it older than a sequence, the rest from there on.</summary>
    public static async Task<MessageWindow> Around(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, long around, int limit, CancellationToken ct = default)
    {
        int older = limit / 2, newer = limit - older;
        (IReadOnlyList<MessageView> found, _) = await Read(
            messaging, reader, conversation, joined, around, "=",
            $"""
            (select * from public.messages m where {Seen} and m.sequence < $4 order by m.sequence desc limit $5)
            union all
            (select * from public.messages m where {Seen} and m.sequence >= $4 order by m.sequence limit $6)
            """,
            older + 1,
            newer + 1,
            ct).ConfigureAwait(false);
        int below = found.Count(view => view.Row.Sequence < around), above = found.Count - below;
        int skipped = below > older ? 1 : 0, left = above > newer ? 1 : 0;
        IReadOnlyList<MessageView> shown = [.. found.Skip(skipped).SkipLast(left)];
        return new MessageWindow(
            shown,
            skipped == 0 ? null : shown is [var first, ..] ? first.Row.Sequence : around,
            left == 0 ? null : shown[^1].Row.Sequence);
    }

    /// <summary>One message; null when there is none that the reader may see.</summary>
    public static async Task<MessageView?> One(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, Guid message, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            with {MessagePages.Unmet}
            select {MessagePages.Columns(MessagePages.MetReactor)}
            from public.messages m left join {messaging.LogSchema}.mt_events e on e.seq_id = m.content_position
            where m.message_id = $4 and {Seen}
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = joined });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = message });
        return await MessagePages.Read(messaging, command, ct).ConfigureAwait(false) is [var one] ? one : null;
    }

    /// <param name="elsewhere">How sequences that are not asked for compare to the bound: whether there are such messages is answered too.</param>
    private static async Task<(IReadOnlyList<MessageView> Messages, bool IsElsewhere)> Read(
        LogDatabase messaging, Guid reader, Guid conversation, long joined, long bound, string elsewhere, string page, int limit, int second, CancellationToken ct)
    {
        await using NpgsqlCommand command = messaging.DataSource.CreateCommand(
            $"""
            with {MessagePages.Unmet}
            select {MessagePages.Columns(MessagePages.MetReactor)}, x.is_elsewhere
            from (select exists (select from public.messages m where {Seen} and m.sequence {elsewhere} $4) as is_elsewhere, $6::int as unused) x
            left join ({page}) m on true
            left join {messaging.LogSchema}.mt_events e on e.seq_id = m.content_position
            order by m.sequence
            """);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = reader });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = conversation });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = joined });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = bound });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = second });
        bool isElsewhere = false;
        IReadOnlyList<MessageView> messages = await MessagePages.Read(
            messaging, command, ct, row => isElsewhere = row.GetBoolean(16)).ConfigureAwait(false);
        return (messages, isElsewhere);
    }
}
