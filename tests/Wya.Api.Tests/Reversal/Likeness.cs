using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Wya.Api.Http;
using Wya.EventStore.Postgres;
using Wya.Projections;
using Wya.Testing;
using Wya.Testing.Redis;

namespace Wya.Api.Tests.Reversal;

/// <summary>
/// Everything that is kept and answered of a twin and their friends, as it would be if they were called as the other ones are.
/// Left out: ids and handles, which are replaced; times; positions in logs and the like, and cursors made of them; numbers that takedowns
/// and reinstatements took in a conversation's or a room's sequence; what is sealed; sessions; and what is the record itself: safety, and the <see cref="Trail"/>.
/// </summary>
internal sealed partial class Likeness(ApiHost api, Twin twin, Twin other, DiscoveryHouse house)
{
    /// <summary>What remembers that something was decided, and is meant to.</summary>
    private static readonly HashSet<string> Trail = ["identity.account_history", "identity.permission_audit", "rooms.room_takedowns"];

    /// <summary>Secrets of where somebody is signed in; no read model.</summary>
    private const string Sessions = "identity.sessions";

    /// <summary>Where in a log, or after which one of everybody's drafts; and how long a document is that a time is written in.</summary>
    private static readonly HashSet<string> Positions = ["position", "content_position", "next", "revision", "bytes"];

    private readonly Dictionary<Guid, long[]> taken = [];

    /// <summary>Every consumer of every domain, and what keeps copies in Redis, has come to the end of what it follows.</summary>
    public static async Task AllIsHeard(ApiHost api)
    {
        Consumer[] all = [.. api.Services.GetServices<OpenDomain>().SelectMany(domain => domain.Everything)];
        for (int i = 0; i < 3; i++) // what follows answers that others have recorded meanwhile: safety, identity, messaging
        {
            foreach (Consumer consumer in all)
            {
                await Eventually.Is(
                    async () => await Wya.EventStore.Postgres.Positions.Of(consumer) >= await Wya.EventStore.Postgres.Positions.Head(consumer), $"{consumer.Name} has heard it all");
            }
        }
    }

    /// <summary>Each row of each table that is about the twin or a friend of theirs, by table.</summary>
    public async Task<SortedDictionary<string, string>> Rows()
    {
        await ReadSequences();
        SortedDictionary<string, string> tables = new(StringComparer.Ordinal);
        foreach (DomainDefinition domain in Domains.All.Where(domain => domain.Name != "safety"))
        {
            await using var connection = new NpgsqlConnection(api.Databases[domain.Name].OwnerConnectionString);
            await connection.OpenAsync();
            List<string> names = [.. await Texts(connection, "select table_name::text from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'")];
            foreach (string name in names.Where(name => $"{domain.Name}.{name}" is var full && full != Sessions && !Trail.Contains(full)))
            {
                List<string> rows = [];
                foreach (string row in await Texts(connection, $"select to_jsonb(t)::text from public.{name} t"))
                {
                    bool isOurs = Mentions(row, twin), isTheirs = Mentions(row, other);
                    if (isOurs && isTheirs)
                    {
                        throw new InvalidOperationException($"{name} mixes the two: {row}");
                    }

                    if (isOurs)
                    {
                        rows.Add(Alike(JsonNode.Parse(row)!, null)!.ToJsonString());
                    }
                }

                tables[$"{domain.Name}.{name}"] = string.Join('\n', rows.Order(StringComparer.Ordinal));
            }
        }

        return tables;
    }

    /// <summary>What each of them is answered, by who asked what.</summary>
    public async Task<SortedDictionary<string, string>> Answers()
    {
        await ReadSequences();
        SortedDictionary<string, string> answers = new(StringComparer.Ordinal);
        foreach (Person asking in twin.People)
        {
            foreach (string address in Addresses())
            {
                Answer answer = await asking.Client.Send("GET", address);
                bool isJson = answer.Message.Content.Headers.ContentType?.MediaType?.EndsWith("json", StringComparison.Ordinal) == true;
                answers[$"{Named(asking.Handle)} {Named(address)}"] =
                    $"{answer.Status} {(isJson ? Alike(JsonNode.Parse(answer.Text)!, Stream(address))!.ToJsonString() : Named(answer.Text))}";
            }

            using RedisWire cache = house.Cache.AsOperator();
            string kept = cache.Ask("GET", $"graph_projection:{{{asking.Id}}}");
            answers[$"{Named(asking.Handle)} in Redis"] = kept.IndexOf('{', StringComparison.Ordinal) is >= 0 and var start
                ? Alike(JsonNode.Parse(kept[start..(kept.LastIndexOf('}') + 1)])!, null)!.ToJsonString()
                : "nothing";
        }

        return answers;
    }

    private IEnumerable<string> Addresses()
    {
        string[] own =
        [
            "/me", "/me/capabilities", "/me/discovery/preferences", "/me/trust", "/me/graph", "/me/graph/export", "/me/friends/presence", "/me/presence",
            "/conversations", "/conversations?requests=true", "/messages?q=lanterns", "/messages?q=harbour", .. Neighbourhood.Lists,
        ];
        IEnumerable<string> ofPeople = twin.People.SelectMany(person => new[]
        {
            $"/users/{person.Id}", $"/users/by-handle/{person.Handle}", $"/users/{person.Id}/mutual-friends", $"/users/{person.Id}/rooms",
            $"/users/{person.Id}/presence", $"/users/{person.Id}/permissions", $"/discovery/why-not/{person.Id}", $"/r/{person.Handle}",
        });
        IEnumerable<string> ofRooms = twin.Rooms.Values.SelectMany(room => new[]
        {
            $"/rooms/{room}", $"/rooms/{room}/versions", $"/rooms/{room}/guestbook/book-1", $"/rooms/{room}/polls/poll-1",
        });
        IEnumerable<string> ofTalk = new[] { twin.Direct, twin.Group, twin.FromKim }.SelectMany(conversation => new[]
        {
            $"/conversations/{conversation}", $"/conversations/{conversation}/messages?limit=100",
        }.Concat(twin.Messages.Values.Where(message => twin.ConversationOf[message] == conversation).SelectMany(message => new[]
        {
            $"/conversations/{conversation}/messages/{message}", $"/conversations/{conversation}/messages/{message}/history",
        })));
        return own.Concat(ofPeople).Concat(ofRooms).Concat(ofTalk);
    }

    private JsonNode? Alike(JsonNode? node, Guid? stream)
    {
        switch (node)
        {
            case JsonObject o:
                stream = o.Select(member => member.Value is JsonValue value && value.TryGetValue(out Guid id) && taken.ContainsKey(id) ? id : (Guid?)null)
                    .FirstOrDefault(id => id is not null) ?? stream;
                JsonObject alike = [];
                foreach ((string name, JsonNode? value) in o.Where(member => member.Key != "trace_id" && !Positions.Contains(member.Key)))
                {
                    alike[name] = name.EndsWith("sequence", StringComparison.Ordinal) && value is JsonValue number && number.TryGetValue(out long sequence)
                        ? sequence - (stream is { } one ? taken[one].Count(version => version < sequence) : 0)
                        : Alike(value, stream);
                }

                return alike;
            case JsonArray many:
                return new JsonArray([.. many.Select(one => Alike(one, stream))]);
            case JsonValue value when value.GetValueKind() == JsonValueKind.Number:
                return Math.Round(value.GetValue<decimal>(), 6);
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                return Named(value.GetValue<string>());
            default:
                return node?.DeepClone();
        }
    }

    private string Named(string text)
    {
        if (text.StartsWith("sealed1:", StringComparison.Ordinal))
        {
            return "sealed";
        }

        foreach ((string name, Guid id) in twin.Named)
        {
            text = text.Replace(id.ToString(), $"<{name}>", StringComparison.OrdinalIgnoreCase);
        }

        foreach ((string name, Person person) in new[] { ("mara", twin.Mara), ("noor", twin.Noor), ("ida", twin.Ida), ("kim", twin.Kim) })
        {
            text = text.Replace(person.Handle, $"<{name}>", StringComparison.OrdinalIgnoreCase);
        }

        return Id().Replace(Digest().Replace(Time().Replace(text, "<time>"), "<digest>"), "<id>");
    }

    private Guid? Stream(string address) => taken.Keys.Cast<Guid?>().FirstOrDefault(id => address.Contains($"{id}", StringComparison.Ordinal));

    private static bool Mentions(string row, Twin one) =>
        one.Named.Any(named => row.Contains(named.Id.ToString(), StringComparison.Ordinal)) || one.People.Any(person => row.Contains(person.Handle, StringComparison.Ordinal));

    /// <summary>Which numbers of each conversation and room are of nothing but decisions.</summary>
    private async Task ReadSequences()
    {
        foreach ((string domain, string types, Guid[] streams) in new[]
        {
            ("messaging", "'message.taken_down', 'message.reinstated'", new[] { twin.Direct, twin.Group, twin.FromKim }),
            ("rooms", "'room.version_taken_down', 'room.version_reinstated'", [.. twin.Rooms.Values]),
        })
        {
            await using var connection = new NpgsqlConnection(api.Databases[domain].OwnerConnectionString);
            await connection.OpenAsync();
            foreach (Guid stream in streams)
            {
                taken[stream] = [.. (await Texts(connection, $"select version::text from log.mt_events where stream_id = '{stream}' and type in ({types})")).Select(long.Parse)];
            }
        }

        foreach ((Guid message, Guid conversation) in twin.ConversationOf)
        {
            taken[message] = taken[conversation]; // some rows name their message alone
        }
    }

    private static async Task<List<string>> Texts(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using NpgsqlDataReader reader = await command.ExecuteReaderAsync();
        List<string> texts = [];
        while (await reader.ReadAsync())
        {
            texts.Add(reader.GetString(0));
        }

        return texts;
    }

    [GeneratedRegex("[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12}(?![0-9a-f])", RegexOptions.IgnoreCase)]
    private static partial Regex Id();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Digest();

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d(:\d\d)?)?")]
    private static partial Regex Time();
}
