using System.Net;
using Shouldly;
using Wya.Domain.Rooms.Events;
using Wya.Projections.Rooms.Objects;
using Wya.Testing.S3;
using Xunit;

namespace Wya.Projections.Tests.Rooms;

/// <summary>One server for all of them.</summary>
public sealed class S3Site : IAsyncLifetime
{
    private S3Server? server;

    public S3Settings Settings => new(server!.Endpoint, "us-east-1", "wya-rooms", server.AccessKey, server.SecretKey);

    public async ValueTask InitializeAsync()
    {
        Assert.SkipWhen(S3Server.MaySkip, "There is no S3 server: radosgw, ceph-mon and ceph-osd.");
        server = await S3Server.Start();
        using var objects = new S3Objects(Settings, TimeSpan.FromSeconds(60)); // the first bucket of a server takes its time
        await objects.CreateBucket();
    }

    public async ValueTask DisposeAsync()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }
}

[Trait("seed", "H3")]
[Trait("seed", "P5")] // what is seldom read lies where it is cheap
public sealed class S3ObjectsTests(S3Site site) : ObjectsContract, IClassFixture<S3Site>, IDisposable
{
    private readonly S3Objects objects = new(site.Settings);

    protected override IObjects Objects => objects;

    [Fact]
    public async Task A_signed_address_leads_to_the_object_and_a_changed_one_to_nothing()
    {
        CancellationToken ct = TestContext.Current.CancellationToken;
        string key = RoomObject.Key(new RoomId(Guid.NewGuid()), 1);
        await objects.TryCreate(key, "for a while"u8.ToArray(), ct);
        using var client = new HttpClient();
        string address = objects.SignedAddress(key, TimeSpan.FromMinutes(1))!.ToString();

        (await client.GetStringAsync(new Uri(address), ct)).ShouldBe("for a while");
        using HttpResponseMessage changed = await client.GetAsync(new Uri(address.Replace("/1.json", "/2.json", StringComparison.Ordinal)), ct);
        changed.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        using HttpResponseMessage unsigned = await client.GetAsync(new Uri(address[..address.IndexOf('?', StringComparison.Ordinal)]), ct);
        unsigned.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_away()
    {
        using var nowhere = new S3Objects(site.Settings with { Endpoint = "http://127.0.0.1:1" });
        await Should.ThrowAsync<ObjectsAwayException>(() => nowhere.Read("room/x/1.json", TestContext.Current.CancellationToken));
    }

    public void Dispose() => objects.Dispose();
}
