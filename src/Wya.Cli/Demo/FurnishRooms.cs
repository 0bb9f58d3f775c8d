using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bogus;

namespace Wya.Cli;

/// <summary>
/// Lets the people of a town furnish their rooms, version by version, and leave something in those of their friends. A room
/// that shows as many versions as are planned is left as it is; ids and keys are functions of the town, and what an earlier
/// run did is told by its position, as in <see cref="SettleTown"/>.
/// </summary>
/// <param name="people">Those who live in the system now, by their place in the town's list.</param>
internal sealed class FurnishRooms(Town town, TownRooms plan, TownTies ties, IReadOnlyDictionary<int, Neighbour> people, int seed)
{
    private const int AtTheSameTime = 8;

    private static readonly string[] Notes = ["First try", "Moved things around", "New colours", "For the weekend", "Less is more"];

    private static readonly string[] Greetings =
    [
        "What a view!", "Warm in here.", "I could stay all afternoon.", "Who chose that colour? I like it.", "Came for the music, stayed for the chairs.",
        "See you on Thursday.", "Best corner in town.", "You moved the lamp!", "Left a book on the table for you.",
    ];

    /// <summary>What is shown in each person's first room.</summary>
    private readonly Dictionary<int, (Guid Room, JsonObject Content)> shown = [];

    private int rooms, versions, entries, votes, added;
    private long head;

    public async Task<Furnished> Run(Action oneMoreRoom, CancellationToken ct)
    {
        PlannedRoom[] possible = [.. plan.Rooms.Where(room => people.ContainsKey(room.Owner))];
        if (possible.Length > 0)
        {
            head = (await Rooms(people[possible[0].Owner], ct).ConfigureAwait(false)).Position;
        }

        await ForEach(possible, async (room, ct) =>
        {
            await Furnish(room, ct).ConfigureAwait(false);
            oneMoreRoom();
        }, ct).ConfigureAwait(false);
        await ForEach(ties.Ties.Where(tie => tie.Kind == TieKind.Friendship && people.ContainsKey(tie.One) && people.ContainsKey(tie.Other)), Visit, ct).ConfigureAwait(false);
        return new Furnished(rooms, versions, entries, votes, added);
    }

    private async Task Furnish(PlannedRoom room, CancellationToken ct)
    {
        Neighbour owner = people[room.Owner];
        (Guid id, int done) = await Find(owner, room, ct).ConfigureAwait(false);
        string path = $"rooms/{id}";
        JsonObject content = [];
        for (int version = 1; version <= room.Seeds.Count; version++)
        {
            content = RoomTemplates.Furnish(room.Template, town.Residents[room.Owner].Handle, room.Seeds[version - 1]);
            if (version > done)
            {
                await Publish(owner, path, content, version, ct).ConfigureAwait(false);
            }
        }

        if (room.Visibility is { } visibility)
        {
            await Do(owner, HttpMethod.Put, $"{path}/visibility", new { Visibility = visibility }, "", ct, counts: false).ConfigureAwait(false);
        }
        else if (room.IsFirst)
        {
            lock (shown)
            {
                shown[room.Owner] = (id, content);
            }
        }

        Interlocked.Increment(ref rooms);
        Interlocked.Add(ref versions, room.Seeds.Count);
    }

    private async Task<(Guid Id, int Shown)> Find(Neighbour owner, PlannedRoom room, CancellationToken ct)
    {
        JsonElement items = (await Rooms(owner, ct).ConfigureAwait(false)).Body.GetProperty("items");
        int place = room.IsFirst ? 0 : 1;
        if (items.GetArrayLength() > place)
        {
            return (items[place].GetProperty("id").GetGuid(), items[place].GetProperty("active_version").GetInt32());
        }

        ApiClient.Reply created = await Do(owner, HttpMethod.Post, "rooms", new { Visibility = "public" }, "", ct).ConfigureAwait(false);
        return (created.Body.GetProperty("id").GetGuid(), 0);
    }

    private static async Task<ApiClient.Reply> Rooms(Neighbour owner, CancellationToken ct)
    {
        ApiClient.Reply list = await owner.Api.Send(HttpMethod.Get, $"users/{owner.Id}/rooms", null, null, signedIn: true, ct).ConfigureAwait(false);
        return list.IsSuccess ? list : throw ApiClient.Unexpected("GET /users/{id}/rooms", list);
    }

    private async Task Publish(Neighbour owner, string path, JsonObject content, int version, CancellationToken ct)
    {
        ApiClient.Reply draft = await owner.Api.Send(HttpMethod.Get, $"{path}/draft", null, null, signedIn: true, ct).ConfigureAwait(false);
        ApiClient.Reply saved = await owner.Api.Send(
            HttpMethod.Put, $"{path}/draft", content, null, signedIn: true, ct, draft.Tag is { } tag ? ("If-Match", tag) : ("If-None-Match", "*")).ConfigureAwait(false);
        if (!saved.IsSuccess)
        {
            throw ApiClient.Unexpected("PUT /rooms/{id}/draft", saved);
        }

        string number = version.ToString(CultureInfo.InvariantCulture);
        await Do(owner, HttpMethod.Post, $"{path}/versions", new { Note = Notes[(version - 1) % Notes.Length] }, number, ct).ConfigureAwait(false);
    }

    /// <summary>Each of two friends looks in at the other's.</summary>
    private async Task Visit(PlannedTie tie, CancellationToken ct)
    {
        foreach ((int guest, int host) in new[] { (tie.One, tie.Other), (tie.Other, tie.One) })
        {
            if (shown.TryGetValue(host, out (Guid Room, JsonObject Content) there))
            {
                await Visit(people[guest], there.Room, there.Content, new Randomizer(unchecked(seed * 31 + (guest * 7) + host)), ct).ConfigureAwait(false);
            }
        }
    }

    private async Task Visit(Neighbour guest, Guid room, JsonObject content, Randomizer random, CancellationToken ct)
    {
        foreach (JsonNode module in content["modules"]!.AsArray().Select(module => module!))
        {
            string id = module["id"]!.GetValue<string>();
            switch (module["type"]!.GetValue<string>())
            {
                case "guestbook" when random.Bool(0.5f):
                    Guid entry = MadeUp($"{guest.Id}\n{room}\n{id}");
                    object said = new { ModuleId = id, Text = random.ArrayElement(Greetings) };
                    Count(ref entries, await Do(guest, HttpMethod.Put, $"rooms/{room}/guestbook/{entry}", said, null, ct).ConfigureAwait(false));
                    break;
                case "poll" when random.Bool(0.7f):
                    object chosen = new { Choice = random.Int(0, module["choices"]!.AsArray().Count - 1) };
                    Count(ref votes, await Do(guest, HttpMethod.Put, $"rooms/{room}/polls/{id}/vote", chosen, "", ct).ConfigureAwait(false));
                    break;
            }
        }
    }

    private void Count(ref int kind, ApiClient.Reply reply)
    {
        if (reply.IsSuccess)
        {
            Interlocked.Increment(ref kind);
        }
    }

    /// <param name="again">What tells it from the same, done once more; null where the address does.</param>
    private async Task<ApiClient.Reply> Do(Neighbour self, HttpMethod method, string path, object body, string? again, CancellationToken ct, bool counts = true)
    {
        string? key = again is null ? null : "demo-" + Convert.ToHexStringLower(Digest($"{self.Id}\n{method} {path}\n{body}\n{again}").AsSpan(0, 16));
        ApiClient.Reply reply = await self.Api.Send(method, path, body, key, signedIn: true, ct).ConfigureAwait(false);
        Interlocked.Add(ref added, counts && reply.IsSuccess && reply.Position > head ? 1 : 0);

        // A town of another size may have put a block between the two.
        return reply.IsSuccess || reply.Status == HttpStatusCode.NotFound
            ? reply
            : throw ApiClient.Unexpected($"{method} /{path.Split('/')[0]}", reply);
    }

    private byte[] Digest(string text) => SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}\n{text}"));

    /// <summary>An id of version 4, as clients make them up; the same for the same.</summary>
    private Guid MadeUp(string text)
    {
        Span<byte> bytes = Digest(text).AsSpan(0, 16);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private static Task ForEach<T>(IEnumerable<T> all, Func<T, CancellationToken, Task> act, CancellationToken ct) => Parallel.ForEachAsync(
        all,
        new ParallelOptions { MaxDegreeOfParallelism = AtTheSameTime, CancellationToken = ct },
        async (one, ct) => await act(one, ct).ConfigureAwait(false));
}
