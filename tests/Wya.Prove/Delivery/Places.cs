using System.Globalization;
using Npgsql;

namespace Wya.Prove.Delivery;

/// <summary>Where an event stands in messaging's log. A feed must tell the same of it, in every part.</summary>
/// <param name="Sequence">In its conversation.</param>
/// <param name="Id">The event's; of a message the message's.</param>
internal sealed record Place(long Position, Guid Conversation, long Sequence, string Type, Guid Id)
{
    public const string Sent = "message.sent";

    /// <summary>All of the log, in its order.</summary>
    public static Task<IReadOnlyList<Place>> ReadLog(string connectionString, CancellationToken ct) => ReadLog(connectionString, "true", ct);

    /// <summary>What was recorded there, and not in another log from which its conversation has moved.</summary>
    public static Task<IReadOnlyList<Place>> ReadOriginals(string connectionString, CancellationToken ct) =>
        ReadLog(connectionString, "headers -> 'copied_from' is null", ct);

    private static async Task<IReadOnlyList<Place>> ReadLog(string connectionString, string where, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"select seq_id, stream_id, version, regexp_replace(type, '[.]v[0-9]+$', ''), id from log.mt_events where {where} order by seq_id", connection)
        { CommandTimeout = 300 };
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct);
        List<Place> log = [];
        while (await reader.ReadAsync(ct))
        {
            log.Add(new Place(reader.GetInt64(0), reader.GetGuid(1), reader.GetInt64(2), string.Intern(reader.GetString(3)), reader.GetGuid(4)));
        }

        return log;
    }
}

/// <summary>What a live feed said of one event. A feed names the id of messages alone, so that of others nothing is compared but the place.</summary>
internal readonly record struct FeedEntry(long Position, Guid Conversation, long Sequence, string Type, Guid? MessageId)
{
    public static FeedEntry Of(Place place) =>
        new(place.Position, place.Conversation, place.Sequence, place.Type, place.Type == Place.Sent ? place.Id : null);
}

/// <summary>One message as a page shows it.</summary>
/// <param name="Mark">What its sender wrote: who they are, and the how many-eth of their messages it is.</param>
internal readonly record struct PageEntry(long Sequence, Guid Id, string? Mark);

/// <summary>A message as its sender knows it. Sent again under the same id until there is an answer.</summary>
internal sealed record SentMessage(Guid Id, Guid Conversation, int Sender, int Nth)
{
    /// <summary>As acknowledged; 0 while nothing has been answered.</summary>
    public long Sequence { get; init; }

    public string Mark => string.Create(CultureInfo.InvariantCulture, $"{Sender}-{Nth}");
}
