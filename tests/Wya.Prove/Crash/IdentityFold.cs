using Wya.Prove.Servers;

namespace Wya.Prove.Crash;

/// <summary>Identity's read models against a fold of its log that is written down a second time, in SQL.</summary>
internal static class IdentityFold
{
    /// <summary>The event's name without the version that its payload was written under.</summary>
    private const string Type = "regexp_replace(type, '[.]v[0-9]+$', '')";

    public static Task<long> UsersDiffering(ProofDatabase identity, CancellationToken ct) => Differing(
        identity,
        $"select stream_id, data->>'birth_date', data->>'age_layer', timestamp at time zone 'utc' from log.mt_events where {Type} = 'user.created'",
        """
        select u.id, d.birth_date, u.age_layer::text, u.created_at from users u left join personal_details d on d.user_id = u.id
        """,
        ct);

    public static Task<long> PermissionsDiffering(ProofDatabase identity, CancellationToken ct) => Differing(
        identity,
        $"""
        select stream_id, capability, granted_at from (
            select distinct on (stream_id, data->>'capability')
                   stream_id, (data->>'capability')::varchar as capability, timestamp at time zone 'utc' as granted_at, {Type} as type
            from log.mt_events where {Type} in ('user.permission_granted', 'user.permission_revoked')
            order by stream_id, data->>'capability', version desc) latest
        where type = 'user.permission_granted'
        """,
        "select user_id, capability, granted_at from permissions",
        ct);

    public static Task<long> HistoryDiffering(ProofDatabase identity, CancellationToken ct) => Differing(
        identity,
        $"select stream_id, version, timestamp, {Type} from log.mt_events",
        "select user_id, version, happened_at, what from account_history",
        ct);

    /// <summary>Rows that one side has and the other has not, each counted as often as it is.</summary>
    private static Task<long> Differing(ProofDatabase identity, string fold, string table, CancellationToken ct) => identity.Scalar(
        $"select (select count(*) from (({fold}) except all ({table})) missing) + (select count(*) from (({table}) except all ({fold})) surplus)", ct);
}
