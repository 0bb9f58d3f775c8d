using Npgsql;
using Wya.Domain.Graph;
using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>Reads who two people are to the graph at this moment, with what each has: what commands about them rest on.</summary>
public static class Pairs
{
    private static readonly string Sql =
        $"""
        select p.id, p.age_layer, {PeopleTable.IsThere("p")},
            (select count(*) from public.edges e where e.from_user = p.id and e.type = 'friend'),
            (select count(*) from public.edges e where e.from_user = p.id and e.type = 'follow'),
            (select count(*) from public.edges e where e.from_user = p.id and e.type = 'block'),
            (select count(*) from public.graph_mutes m where m.muter_id = p.id),
            (select count(*) from public.friend_requests r where r.requester_id = p.id),
            {GraphViews.AreApart("$1", "$2")},
            (select max(coalesce(s.until, 'infinity')) from public.mutes s where s.user_id = p.id)
        from public.people p where p.id in ($1, $2)
        """;

    /// <param name="Pair">Null when the graph does not know who asks.</param>
    /// <param name="Meet">They existed for each other then. The command itself decides on the stream.</param>
    public sealed record Found(Pair? Pair, bool Meet);

    public static async Task<Found> Read(LogDatabase graph, UserId self, UserId other, CancellationToken ct = default)
    {
        await using NpgsqlCommand command = graph.DataSource.CreateCommand(Sql);
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = self.Value });
        command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = other.Value });
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync(ct).ConfigureAwait(false);
        Dictionary<Guid, Person> found = [];
        bool areApart = false;
        while (await reader.ReadAsync(ct).ConfigureAwait(false))
        {
            Person person = ReadPerson(reader);
            found[person.Id.Value] = person;
            areApart = reader.GetBoolean(8);
        }

        Pair? pair = found.TryGetValue(self.Value, out Person? asking) ? new Pair(asking, found.GetValueOrDefault(other.Value)) : null;
        return new Found(pair, pair is { IsReachable: true } && !areApart);
    }

    private static Person ReadPerson(NpgsqlDataReader reader)
    {
        int Count(int ordinal) => (int)reader.GetInt64(ordinal);
        return new Person(
            new UserId(reader.GetGuid(0)),
            AgeLayerText.Read(reader.GetString(1)),
            reader.GetBoolean(2),
            new Tally(Friends: Count(3), Following: Count(4), Blocks: Count(5), Mutes: Count(6), Requests: Count(7)),
            reader.IsDBNull(9) ? null : reader.GetDateTime(9) is var end && end == DateTime.MaxValue ? DateTimeOffset.MaxValue : new DateTimeOffset(end));
    }
}
