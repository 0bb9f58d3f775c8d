using System.Globalization;

namespace Wya.Prove.Tamper;

/// <summary>One thing that somebody with all rights to the database does to the log.</summary>
/// <param name="Sql">Run as superuser, with all triggers off.</param>
/// <param name="RechainFrom">Leaves and chain are then made anew from here on, so that the database is consistent in itself; 0: not.</param>
/// <param name="GoesOn">Then the application appends so many events, as if nothing had been.</param>
internal sealed record Tampering(string Kind, string Sql, long RechainFrom = 0, int GoesOn = 0)
{
    /// <summary>Everything but the ways to tamper with the file of checkpoints, which is outside.</summary>
    /// <param name="signed">The size of the last checkpoint.</param>
    /// <param name="size">Of the log: what lies between is covered by no checkpoint yet.</param>
    public static IReadOnlyList<Func<Random, Tampering>> Ways(long signed, long size) =>
    [
        // Changes, seen by the leaf, or with leaves and chain made anew, by the checkpoint.
        random => Change(random, signed, "data = jsonb_set(data, '{amount}', to_jsonb((data->>'amount')::int + 1))", "data", isRechained: false),
        random => Change(random, signed, "data = jsonb_set(data, '{amount}', to_jsonb((data->>'amount')::int + 1))", "data", isRechained: true),
        random => Change(random, signed, "headers = jsonb_set(headers, '{actor}', '\"kim\"')", "actor", random.Next(2) == 0),
        random => Change(random, signed, "timestamp = timestamp + interval '1 microsecond'", "time", isRechained: false),
        random => Change(random, signed, "type = 'prove.counted.v2'", "type", random.Next(2) == 0),
        random => Change(random, signed, "id = gen_random_uuid()", "id", random.Next(2) == 0),
        random => Change(random, signed, "version = version + 100000", "version", random.Next(2) == 0),
        random => Change(random, signed, "correlation_id = 'another'", "correlation", random.Next(2) == 0),
        random => Change(random, signed, "causation_id = null", "causation", random.Next(2) == 0),
        random => Change(random, signed, "mt_dotnet_type = 'Another'", "record", random.Next(2) == 0),
        random => Change(random, signed, "is_archived = true", "hidden", isRechained: false),

        // Removals: an event, its link too, or with all that follows moved up.
        random => At(random, signed, n => new Tampering("delete", $"delete from log.mt_events where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("delete with its link", $"delete from log.mt_events where seq_id = {Text(n)}; delete from log.wya_chain where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("delete and close the gap", $"delete from log.mt_events where seq_id = {Text(n)}; {Move(n + 1, -1)}", n)),

        // Two events in each other's place.
        random => Swap(random, signed, isRechained: false),
        random => Swap(random, signed, isRechained: true),

        // An event that never was.
        random => At(random, signed, n => new Tampering("insert in between", $"{Move(n, 1)}; {Forge(n)}", n)),
        _ => new Tampering("insert at the end", Forge(size + 1)),
        _ => new Tampering("insert at the end and move the head", $"{Forge(size + 1)}; update log.wya_log_head set position = {Text(size + 1)}"),

        // The end cut off; and an older copy, with which the application goes on.
        random => At(random, signed, n => new Tampering("cut off", $"delete from log.mt_events where seq_id >= {Text(n)}")),
        random => At(random, signed, n => new Tampering("cut off with links and head", Cut(n))),
        random => At(random, signed, n => new Tampering("older backup", Cut(n), GoesOn: random.Next(1, 4))),
        random => At(random, signed, n => new Tampering("older backup that has grown on", Cut(n), GoesOn: (int)(size - n) + random.Next(1, 10))),
        _ => new Tampering("empty", Cut(1)),
        _ => new Tampering("truncate", "truncate log.mt_events, log.wya_chain"),

        // The chain itself.
        random => At(random, signed, n => new Tampering("another leaf", $"update log.wya_chain set leaf = sha256(leaf) where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("another link", $"update log.wya_chain set chain = sha256(chain) where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("another salt", $"update log.wya_chain set salt = gen_random_uuid() where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("delete a link", $"delete from log.wya_chain where seq_id = {Text(n)}")),
        random => At(random, signed, n => new Tampering("chain anew", "select", n)), // new salts: other leaves, of the very same events

        // Behind the last checkpoint only order and the links of the database itself are left.
        random => new Tampering(
            "older than before, behind the checkpoint",
            $"update log.mt_events set timestamp = timestamp - interval '1 hour' where seq_id = {Text(random.NextInt64(signed + 1, size + 1))}",
            signed + 1),
        _ => new Tampering("last link, behind the checkpoint", $"update log.wya_chain set chain = sha256(chain) where seq_id = {Text(size)}"),
    ];

    private static Tampering At(Random random, long signed, Func<long, Tampering> tamper) => tamper(random.NextInt64(2, signed + 1));

    private static Tampering Change(Random random, long signed, string set, string what, bool isRechained)
    {
        long n = random.NextInt64(1, signed + 1);
        return new Tampering(
            $"change {what}{(isRechained ? ", chained anew" : "")}", $"update log.mt_events set {set} where seq_id = {Text(n)}", isRechained ? n : 0);
    }

    private static Tampering Swap(Random random, long signed, bool isRechained)
    {
        long one = random.NextInt64(1, signed), other = random.NextInt64(one + 1, signed + 1);
        return new Tampering(
            $"swap{(isRechained ? ", chained anew" : "")}",
            $"""
            update log.mt_events set seq_id = -1 where seq_id = {Text(one)};
            update log.mt_events set seq_id = {Text(one)} where seq_id = {Text(other)};
            update log.mt_events set seq_id = {Text(other)} where seq_id = -1
            """,
            isRechained ? one : 0);
    }

    /// <summary>Moves everything from a position on by one, and the head with it.</summary>
    private static string Move(long from, int by) =>
        $"""
        update log.mt_events set seq_id = -seq_id where seq_id >= {Text(from)};
        update log.mt_events set seq_id = -seq_id + ({Text(by)}) where seq_id < 0;
        update log.wya_log_head set position = position + ({Text(by)})
        """;

    private static string Forge(long position) =>
        $"""
        insert into log.mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, correlation_id, headers)
        select {Text(position)}, gen_random_uuid(), stream_id, 1000000, data, type, timestamp, mt_dotnet_type, correlation_id, headers
        from log.mt_events where seq_id = (select max(seq_id) from log.mt_events where seq_id < {Text(position)})
        """;

    private static string Cut(long from) =>
        $"""
        delete from log.mt_events where seq_id >= {Text(from)}; delete from log.wya_chain where seq_id >= {Text(from)};
        update log.wya_log_head set position = {Text(from - 1)};
        update log.mt_streams s set version = coalesce((select max(version) from log.mt_events e where e.stream_id = s.id), 0)
        """;

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
