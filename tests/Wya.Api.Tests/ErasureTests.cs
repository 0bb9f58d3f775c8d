using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Shouldly;
using Wya.Testing;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Being erased, as a person sees it: the time of grace, thinking better of it, and the receipt.</summary>
public sealed class ErasureTests(SharedApi shared)
{
    [Fact]
    public async Task An_erasure_waits_for_the_time_of_grace_and_can_be_cancelled()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        (await one.Client.Send("GET", "/me/erasure")).String("status").ShouldBe("none");

        Answer asked = await one.Client.Send("DELETE", "/me");
        Answer pending = await one.Client.Send("GET", "/me/erasure");
        Answer again = await one.Client.Send("DELETE", "/me");

        asked.Status.ShouldBe(202, asked.Text);
        asked.Position.ShouldNotBeNull();
        DateTimeOffset due = asked.Json.GetProperty("due_at").GetDateTimeOffset();
        (due - DateTimeOffset.UtcNow).TotalDays.ShouldBeInRange(29.9, 30.1);
        asked.String("receipt_ticket")!.Length.ShouldBe(43);
        pending.String("status").ShouldBe("pending");
        pending.Json.GetProperty("due_at").GetDateTimeOffset().ShouldBe(due, TimeSpan.FromMilliseconds(1));
        again.Json.GetProperty("due_at").GetDateTimeOffset().ShouldBe(due, TimeSpan.FromMilliseconds(1));
        again.String("receipt_ticket").ShouldNotBe(asked.String("receipt_ticket"));
        (await Receipt(api, asked)).Problem.ShouldBe("receipt-unknown"); // the last ticket counts
        Answer receipt = await Receipt(api, again);
        receipt.Status.ShouldBe(202);
        receipt.String("status").ShouldBe("pending");
        (await one.Client.Send("GET", "/me")).Status.ShouldBe(200);

        (await one.Client.Send("DELETE", "/me/erasure")).Status.ShouldBe(204);
        (await one.Client.Send("DELETE", "/me/erasure")).Status.ShouldBe(204);
        (await one.Client.Send("GET", "/me/erasure")).String("status").ShouldBe("none");
        (await Receipt(api, again)).Problem.ShouldBe("receipt-unknown");
    }

    [Fact]
    public async Task Of_a_ticket_only_its_digest_is_kept()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        string ticket = (await one.Client.Send("DELETE", "/me")).String("receipt_ticket")!;
        byte[] kept = await api.Database.Scalar<byte[]>($"select ticket_hash from erasure_receipts where user_id = '{one.Id}'");
        kept.ShouldBe(SHA256.HashData(Encoding.UTF8.GetBytes(ticket)));
        await one.Client.Send("DELETE", "/me/erasure");
    }

    [Fact]
    public async Task Only_people_who_are_signed_in_can_ask_and_a_ticket_that_was_never_given_is_unknown()
    {
        ApiHost api = await shared.Host();
        foreach ((string method, string address) in new[] { ("DELETE", "/me"), ("GET", "/me/erasure"), ("DELETE", "/me/erasure") })
        {
            (await api.Anonymous.Send(method, address)).Problem.ShouldBe("unauthenticated");
        }

        (await api.Anonymous.Send("GET", "/erasure-receipts/0Jg7cVh0vK1n2mQx5b8y3w6z9t4r1e7q2u5i8o0p3a4")).Problem.ShouldBe("receipt-unknown");
    }

    [Fact]
    [Trait("seed", "T1")]
    public async Task A_person_who_is_erased_is_gone_for_everybody_and_a_signed_receipt_says_so()
    {
        Assert.SkipWhen(TestPostgres.MaySkip, $"{TestPostgres.Variable} is not set.");
        var clock = new ShiftedClock();
        string ledger = Path.Combine(Path.GetTempPath(), $"wya-{Guid.NewGuid():n}.ledger");
        await using ApiHost api = await ApiHost.Start(
            settings =>
            {
                settings["Wya:Erasure:GraceDays"] = "0";
                settings["Wya:Erasure:LedgerFile"] = ledger;
            },
            services => services.AddSingleton<TimeProvider>(clock));
        Person one = await api.NewPerson();
        Person other = await api.NewPerson();
        HttpClient someone = await api.Operator();
        await api.Suspend(one.Id, new DateTimeOffset(2099, 1, 1, 0, 0, 0, TimeSpan.Zero));

        Answer asked = await one.Client.Send("DELETE", "/me");
        asked.Status.ShouldBe(202, asked.Text);
        await Eventually.Is(async () => (await one.Client.Send("GET", "/me")).Problem == "unauthenticated", "the person is gone");
        (await other.Client.Send("GET", $"/users/{one.Id}")).Problem.ShouldBe("user-not-found");
        (await someone.Send("GET", $"/users/by-handle/{one.Handle}")).Problem.ShouldBe("user-not-found");
        (await one.Client.Send("GET", "/me/export")).Problem.ShouldBe("unauthenticated");
        (await one.Client.Send("DELETE", "/me")).Problem.ShouldBe("unauthenticated");
        (await api.Anonymous.Register(one.Handle)).Problem.ShouldBe("handle-taken");
        await Eventually.Is(() => Read(ledger).Contains(one.Id.ToString(), StringComparison.Ordinal), "the ledger has them");

        // Another process may hold the key for up to a minute, so nothing is certified before.
        await Eventually.Is(
            async () => await api.Database.Scalar<bool>($"select exists (select from erasure_receipts where user_id = '{one.Id}' and key_destroyed_at is not null)"),
            "the key is destroyed");
        (await Receipt(api, asked)).Status.ShouldBe(202);
        clock.Advance(TimeSpan.FromSeconds(61));
        await Eventually.Is(async () => (await Receipt(api, asked)).Status == 200, "the receipt is there");

        string jws = (await Receipt(api, asked)).String("receipt")!;
        JsonElement receipt = await Verified(api, jws);
        receipt.GetProperty("user_id").GetGuid().ShouldBe(one.Id);
        Dictionary<string, JsonElement> stores = receipt.GetProperty("stores").EnumerateArray()
            .ToDictionary(store => $"{store.GetProperty("domain")} {store.GetProperty("store")}");
        stores.Values.ShouldAllBe(store => store.GetProperty("readable").GetInt64() == 0);
        Found(stores["keys data key"]).ShouldBe((1, 0));
        Found(stores["identity events"]).ShouldBe((3, 4));
        Found(stores["identity sealed values in events"]).ShouldBe((4, 4));
        Found(stores["identity table personal_details"]).ShouldBe((1, 0));
        Found(stores["identity table users"]).ShouldBe((1, 1));
        Found(stores["identity table sessions"]).Left.ShouldBe(0);
        Found(stores["identity table credentials"]).Left.ShouldBe(0);
        receipt.GetRawText().ShouldNotContain(one.Handle);
        (await other.Client.Send("GET", "/me")).Status.ShouldBe(200);
        api.Log.Text.ShouldNotContain(one.Id.ToString());
        File.Delete(ledger);
    }

    [Fact]
    public async Task A_receipt_that_was_changed_does_not_verify()
    {
        ApiHost api = await shared.Host();
        var receipts = api.Services.GetRequiredService<Wya.Api.MyData.Receipts>();
        string jws = receipts.Sign(new Wya.Api.MyData.ErasureReceipt("wya-erasure-receipt", 1, default, default, default, default, [], ""));
        string[] parts = jws.Split('.');
        await Verified(api, jws);
        string changed = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])).Replace("\"version\":1", "\"version\":2", StringComparison.Ordinal)));
        await Should.ThrowAsync<CryptographicException>(() => Verified(api, $"{parts[0]}.{changed}.{parts[2]}"));
    }

    internal static Task<Answer> Receipt(ApiHost api, Answer asked) =>
        api.Anonymous.Send("GET", $"/erasure-receipts/{asked.String("receipt_ticket")}");

    /// <summary>As anybody can check it, with the published key and nothing of ours.</summary>
    private static async Task<JsonElement> Verified(ApiHost api, string jws)
    {
        JsonElement jwk = (await api.Anonymous.Send("GET", "/erasure-receipts/key")).Json;
        string[] parts = jws.Split('.');
        JsonElement header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
        header.GetProperty("alg").GetString().ShouldBe("ES256");
        header.GetProperty("kid").GetString().ShouldBe(jwk.GetProperty("kid").GetString());
        using ECDsa key = ECDsa.Create(new ECParameters
        {
            Curve = ECCurve.NamedCurves.nistP256,
            Q = new ECPoint
            {
                X = Base64Url.DecodeFromChars(jwk.GetProperty("x").GetString()), Y = Base64Url.DecodeFromChars(jwk.GetProperty("y").GetString()),
            },
        });
        return key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation)
            ? JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]))
            : throw new CryptographicException("The signature is not that of the key.");
    }

    private static (long Found, long Left) Found(JsonElement store) => (store.GetProperty("found").GetInt64(), store.GetProperty("left").GetInt64());

    /// <summary>Empty while there is none, and while it is written: then it is nobody else's.</summary>
    private static string Read(string ledger)
    {
        try
        {
            return File.ReadAllText(ledger);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
