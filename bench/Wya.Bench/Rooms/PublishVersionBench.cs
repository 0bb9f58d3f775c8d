using Wya.Bench.Identity;
using Wya.Projections.Rooms.Objects;

namespace Wya.Bench.Rooms;

/// <summary>
/// (a) Publications over HTTP, each a draft saved, a number reserved, an object written and an event appended, all durable;
/// beside the bare writing of such an object to the same kind of store.
/// </summary>
internal static class PublishVersionBench
{
    public static async IAsyncEnumerable<BenchRow> IntoFolder(BenchOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("wya-bench-rooms-").FullName;
        try
        {
            await using FurnishedSystem system = await FurnishedSystem.Start(
                RegisterUserBench.Connections[^1], new Dictionary<string, string> { ["Wya__Rooms__Folder"] = Path.Combine(folder, "ours") });
            var raw = new FolderObjects(Path.Combine(folder, "raw"));
            foreach (int connections in RegisterUserBench.Connections)
            {
                using HttpClient ours = system.Api.Connect(connections);
                Measured measured = await Rounds.Compare(
                    options,
                    length => Rounds.Callers(connections, length, caller => FurnishedSystem.Publish(ours, system.Owners[caller])),
                    length => Rounds.Callers(connections, length, _ => Put(raw)));
                yield return BenchRow.Against(
                    $"(a) save and publish, {RegisterUserBench.Name(connections)}, into a folder (reference: the object alone, flushed)", "publications/s", measured, null);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async Task<int> Put(IObjects objects)
    {
        await objects.TryCreate($"room/{Guid.NewGuid()}/1.json", FurnishedSystem.Content);
        return 1;
    }
}
