using Wya.Bench.Identity;
using Wya.Projections.Rooms.Objects;
using Wya.Testing.S3;

namespace Wya.Bench.Rooms;

/// <summary>
/// Publications over HTTP, each a draft saved, a number reserved, an object written and an event appended, all durable;
/// beside the bare writing of such an object to the same store. (a) Into a folder, (b) into a bucket of a real S3 server.
/// </summary>
internal static class PublishVersionBench
{
    private const string Bucket = "rooms";

    public static async IAsyncEnumerable<BenchRow> IntoFolder(BenchOptions options)
    {
        string folder = Directory.CreateTempSubdirectory("wya-bench-rooms-").FullName;
        try
        {
            var settings = new Dictionary<string, string> { ["Wya__Rooms__Folder"] = Path.Combine(folder, "ours") };
            await foreach (BenchRow row in Run(options, "(a) save and publish into a folder", settings, new FolderObjects(Path.Combine(folder, "raw"))))
            {
                yield return row;
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    public static async IAsyncEnumerable<BenchRow> IntoBucket(BenchOptions options)
    {
        if (S3Server.IsMissing)
        {
            await Console.Error.WriteLineAsync("(b) is left out: there is no S3 server (radosgw, ceph-mon and ceph-osd).");
            yield break;
        }

        await using S3Server server = await S3Server.Start();
        using var raw = new S3Objects(new S3Settings(server.Endpoint, "us-east-1", Bucket, server.AccessKey, server.SecretKey));
        await raw.CreateBucket();
        var settings = new Dictionary<string, string>
        {
            ["Wya__S3__Endpoint"] = server.Endpoint,
            ["Wya__S3__Bucket"] = Bucket,
            ["Wya__S3__AccessKey"] = server.AccessKey,
            ["Wya__S3__SecretKey"] = server.SecretKey,
        };
        await foreach (BenchRow row in Run(options, "(b) save and publish into a bucket", settings, raw))
        {
            yield return row;
        }
    }

    private static async IAsyncEnumerable<BenchRow> Run(BenchOptions options, string name, IReadOnlyDictionary<string, string> settings, IObjects raw)
    {
        await using FurnishedSystem system = await FurnishedSystem.Start(RegisterUserBench.Connections[^1], settings);
        foreach (int connections in RegisterUserBench.Connections)
        {
            using HttpClient ours = system.Api.Connect(connections);
            Measured measured = await Rounds.Compare(
                options,
                length => Rounds.Callers(connections, length, caller => FurnishedSystem.Publish(ours, system.Owners[caller])),
                length => Rounds.Callers(connections, length, async _ =>
                {
                    await raw.TryCreate($"room/{Guid.NewGuid()}/1.json", FurnishedSystem.Content);
                    return 1;
                }));
            yield return BenchRow.Against($"{name}, {RegisterUserBench.Name(connections)} (reference: the object alone)", "publications/s", measured, null);
        }
    }
}
