using Npgsql;
using NpgsqlTypes;

namespace Wya.EventStore.Postgres;

/// <summary>
/// The one statement of the write path, kept with its parameters: what the client works out about them (types, writers,
/// the prepared statement) is worked out once, and not for each batch.
/// </summary>
internal sealed class AppendCall
{
    private readonly NpgsqlParameter<Guid[]> streamIds = new(), eventIds = new();
    private readonly NpgsqlParameter<string[]> streamTypes = new(), claims = new(), eventTypes = new(), clrNames = new();
    private readonly NpgsqlParameter<string?[]> correlation = new(), causation = new(), passing = new();
    private readonly NpgsqlParameter<int[]> units = new(), after = new(), streams = new(), counts = new(), claimParts = new(), claim = new();
    private readonly NpgsqlParameter<int[]> eventParts = new(), eventNths = new();
    private readonly NpgsqlParameter<long[]> expected = new();
    private readonly NpgsqlParameter<byte[][]> data = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
    private readonly NpgsqlParameter<byte[][]> headers = new() { NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb };
    private readonly NpgsqlParameter<DateTime> now = new();
    private readonly NpgsqlBatchCommand command;

    public AppendCall(string logSchema) =>
        command = new NpgsqlBatchCommand(
            $"select * from {logSchema}.wya_append($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15,$16,$17,$18,$19,$20,$21)")
        {
            Parameters =
            {
                streamIds, streamTypes, passing, claims, units, after, streams, expected, counts, claimParts, claim,
                eventParts, eventNths, eventIds, eventTypes, data, clrNames, correlation, causation, headers, now,
            },
        };

    /// <summary>In the order and meaning of the function's parameters (wya_append.sql).</summary>
    public NpgsqlBatchCommand With(
        Guid[] streamIds, string[] streamTypes, string?[] passing, string[] claims,
        int[] units, int[] after, int[] streams, long[] expected, int[] counts,
        int[] claimParts, int[] claim,
        int[] eventParts, int[] eventNths, Guid[] eventIds, string[] eventTypes, byte[][] data, string[] clrNames,
        string?[] correlation, string?[] causation, byte[][] headers,
        DateTimeOffset now)
    {
        this.streamIds.TypedValue = streamIds;
        this.streamTypes.TypedValue = streamTypes;
        this.passing.TypedValue = passing;
        this.claims.TypedValue = claims;
        this.units.TypedValue = units;
        this.after.TypedValue = after;
        this.streams.TypedValue = streams;
        this.expected.TypedValue = expected;
        this.counts.TypedValue = counts;
        this.claimParts.TypedValue = claimParts;
        this.claim.TypedValue = claim;
        this.eventParts.TypedValue = eventParts;
        this.eventNths.TypedValue = eventNths;
        this.eventIds.TypedValue = eventIds;
        this.eventTypes.TypedValue = eventTypes;
        this.data.TypedValue = data;
        this.clrNames.TypedValue = clrNames;
        this.correlation.TypedValue = correlation;
        this.causation.TypedValue = causation;
        this.headers.TypedValue = headers;
        this.now.TypedValue = now.UtcDateTime;
        return command;
    }
}
