using System.Security.Cryptography;
using System.Text.Json;
using Shouldly;
using Wya.Projections.Rooms.Objects;
using Wya.Testing;
using Wya.Testing.S3;
using Xunit;
using static Wya.Api.Tests.Rooms.RoomScenes;

namespace Wya.Api.Tests.Rooms;

/// <summary>The API with a bucket of a real S3 server, to which visitors are sent on.</summary>
public sealed class BucketTests
{
    private const string Bucket = "rooms";

    [Fact]
    [Trait("seed", "H3")]
    [Trait("seed", "R4")]
    public async Task Whoever_may_look_is_sent_on_to_the_bucket_and_without_it_nothing_is_published_in_part()
    {
        Assert.SkipWhen(TestPostgres.MaySkip || S3Server.MaySkip, $"{TestPostgres.Variable} is not set, or there is no S3 server.");
        S3Server server = await S3Server.Start();
        await using var _ = server;
        using (var bucket = new S3Objects(new S3Settings(server.Endpoint, "us-east-1", Bucket, server.AccessKey, server.SecretKey)))
        {
            await bucket.CreateBucket(TestContext.Current.CancellationToken);
        }

        await using ApiHost api = await ApiHost.Start(settings =>
        {
            settings.Remove("Wya:Rooms:Folder");
            settings["Wya:S3:Endpoint"] = server.Endpoint;
            settings["Wya:S3:Bucket"] = Bucket;
            settings["Wya:S3:AccessKey"] = server.AccessKey;
            settings["Wya:S3:SecretKey"] = server.SecretKey;
            settings["Wya:S3:RedirectSeconds"] = "60";
        });
        Person[] people = await api.NewPeople(2);
        Guid room = await people[0].FirstRoom();
        await people[0].Publishes(room, Furnished("one"));

        JsonElement active = (await people[1].Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active");
        using var anybody = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false });
        using HttpResponseMessage led = await anybody.GetAsync(
            new Uri(api.Anonymous.BaseAddress!, active.GetProperty("content").GetString()), TestContext.Current.CancellationToken);
        Uri signed = led.Headers.Location!;
        byte[] bytes = await anybody.GetByteArrayAsync(signed, TestContext.Current.CancellationToken);

        ((int)led.StatusCode, signed.GetLeftPart(UriPartial.Path)).ShouldBe((302, $"{server.Endpoint}/{Bucket}/room/{room}/1.json"));
        led.Headers.CacheControl!.ToString().ShouldBe("no-store", "the address ends, so nobody may keep it");
        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(active.GetProperty("sha256").GetString());
        (await Status(anybody, new Uri(signed.GetLeftPart(UriPartial.Path)))).ShouldBe(403, "the bucket itself lets nobody in");
        (await Status(anybody, new Uri(signed.ToString().Replace("1.json", "2.json", StringComparison.Ordinal)))).ShouldBe(403);

        await people[0].Shows(room, "private");
        (await people[1].Client.Send("GET", $"/rooms/{room}")).Problem.ShouldBe("room-not-found");
        (await api.Anonymous.Send("GET", $"/objects/room/{room}/1.json")).Status.ShouldBe(404);

        await server.DisposeAsync();
        await people[0].Drafts(room, Furnished("two"), (await people[0].Client.Send("GET", $"/rooms/{room}/draft")).Message.Headers.ETag!.ToString());
        Answer refused = await people[0].Client.Send("POST", $"/rooms/{room}/versions", new { }, Requests.NewKey());
        refused.Code().ShouldBe("503 store-unavailable");
        refused.Header("Retry-After").ShouldNotBeNull();
        (await people[0].Client.Send("GET", $"/rooms/{room}")).Json.GetProperty("active").GetProperty("version").GetInt32().ShouldBe(1);
    }

    private static async Task<int> Status(HttpClient client, Uri address)
    {
        using HttpResponseMessage answer = await client.GetAsync(address, TestContext.Current.CancellationToken);
        return (int)answer.StatusCode;
    }
}
