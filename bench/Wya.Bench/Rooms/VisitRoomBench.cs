using System.Globalization;
using System.Net;
using System.Text.Json;
using Wya.Bench.Identity;

namespace Wya.Bench.Rooms;

/// <summary>
/// (c) Visits: the pointer, then the object, two requests one after the other; (d) the object alone; (e) the
/// object for who has it already. All beside a file of the same bytes, as Kestrel serves it by itself.
/// </summary>
internal static class VisitRoomBench
{
    private const int People = 64;

    public static IAsyncEnumerable<BenchRow> Whole(BenchOptions options) => Run(
        options, "(c) visit, pointer to object", HttpStatusCode.OK, (client, seen) => Visit(client, seen));

    public static IAsyncEnumerable<BenchRow> Object(BenchOptions options) => Run(
        options, "(d) the object alone", HttpStatusCode.OK, (client, seen) => Get(client, seen.Object, null, HttpStatusCode.OK));

    public static IAsyncEnumerable<BenchRow> NotModified(BenchOptions options) => Run(
        options, "(e) the object, unchanged (304)", HttpStatusCode.NotModified, (client, seen) => Get(client, seen.Object, seen.Tag, HttpStatusCode.NotModified));

    private sealed record Seen(string Token, string Pointer, string Object, string Tag);

    private static async IAsyncEnumerable<BenchRow> Run(BenchOptions options, string name, HttpStatusCode expected, Func<HttpClient, Seen, Task<int>> visit)
    {
        string folder = Directory.CreateTempSubdirectory("wya-bench-rooms-").FullName;
        try
        {
            await File.WriteAllBytesAsync(Path.Combine(folder, "room.json"), FurnishedSystem.Content);
            await using FurnishedSystem system = await FurnishedSystem.Start(People, new Dictionary<string, string> { ["Wya__Rooms__Folder"] = Path.Combine(folder, "ours") });
            await using ServerProcess files = await NothingServer.Start(new Dictionary<string, string> { [NothingServer.FilesVariable] = folder });
            Seen[] seen = await Look(system);
            string? tag;
            using (HttpClient client = files.Connect(1))
            using (HttpRequestMessage request = FurnishedSystem.Ask(HttpMethod.Get, "/files/room.json", null))
            {
                (_, tag, _) = await FurnishedSystem.Send(client, request, HttpStatusCode.OK);
            }

            foreach (int connections in RegisterUserBench.Connections)
            {
                using HttpClient ours = system.Api.Connect(connections), theirs = files.Connect(connections);
                Measured measured = await Rounds.Compare(
                    options,
                    length => Rounds.Callers(connections, length, _ => visit(ours, seen[Random.Shared.Next(seen.Length)])),
                    length => Rounds.Callers(connections, length, _ => Get(theirs, "/files/room.json", expected == HttpStatusCode.NotModified ? tag : null, expected)));
                yield return BenchRow.Against($"{name}, {RegisterUserBench.Name(connections)} (reference: a file of the same bytes)", "visits/s", measured, null);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<Seen[]> Look(FurnishedSystem system)
    {
        using HttpClient client = system.Api.Connect(8);
        List<Seen> seen = [];
        foreach (FurnishedSystem.Owner owner in system.Owners)
        {
            await FurnishedSystem.Publish(client, owner);
            string pointer = string.Create(CultureInfo.InvariantCulture, $"/rooms/{owner.Room}"), content = await Content(client, pointer, owner.Token);
            using HttpRequestMessage fetching = FurnishedSystem.Ask(HttpMethod.Get, content, null);
            (_, string? tag, _) = await FurnishedSystem.Send(client, fetching, HttpStatusCode.OK);
            seen.Add(new Seen(owner.Token, pointer, content, tag!));
        }

        return [.. seen];
    }

    private static async Task<int> Visit(HttpClient client, Seen seen) =>
        await Get(client, await Content(client, seen.Pointer, seen.Token), null, HttpStatusCode.OK);

    private static async Task<string> Content(HttpClient client, string pointer, string token)
    {
        using HttpRequestMessage asking = FurnishedSystem.Ask(HttpMethod.Get, pointer, token);
        (_, _, byte[] room) = await FurnishedSystem.Send(client, asking, HttpStatusCode.OK);
        return JsonElement.Parse(room).GetProperty("active").GetProperty("content").GetString()!;
    }

    private static async Task<int> Get(HttpClient client, string address, string? tag, HttpStatusCode expected)
    {
        using HttpRequestMessage request = FurnishedSystem.Ask(HttpMethod.Get, address, null);
        if (tag is not null)
        {
            request.Headers.Add("If-None-Match", tag);
        }

        await FurnishedSystem.Send(client, request, expected);
        return 1;
    }
}
