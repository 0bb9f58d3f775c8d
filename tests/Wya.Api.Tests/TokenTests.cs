using System.Security.Cryptography;
using System.Text;
using Microsoft.IdentityModel.Tokens;
using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

public sealed class TokenTests(SharedApi shared)
{
    [Fact]
    public async Task A_good_token_is_taken()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient client = api.With(Tokens.For(api, one.Id.ToString()));
        (await client.Send("GET", "/me")).Status.ShouldBe(200);
    }

    public static TheoryData<string> Forgeries =>
    [
        "none", "garbage", "expired", "expired beyond the skew", "not yet", "no end", "other audience", "no audience", "other issuer", "no issuer",
        "other key", "other type", "algorithm none", "HMAC with the public key", "RSA", "tampered subject", "no signature", "empty signature",
        "no subject", "subject is no id", "cut",
    ];

    [Theory]
    [MemberData(nameof(Forgeries))]
    public async Task A_forged_token_is_not(string forgery)
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient client = api.With(Forge(api, forgery, one.Id.ToString()));

        await TurnedDownTests.NothingChanges(api, () => client.Send("GET", "/me"), 401, "unauthenticated");
        Answer answer = await client.Send("POST", $"/users/{one.Id}/verification", key: Requests.NewKey());
        answer.Status.ShouldBe(401);
        answer.Header("WWW-Authenticate").ShouldBe("Bearer");
    }

    [Fact]
    public async Task The_clocks_may_differ_by_half_a_minute()
    {
        ApiHost api = await shared.Host();
        Person one = await api.NewPerson();
        HttpClient client = api.With(Tokens.For(api, one.Id.ToString(), token => token.Expires = DateTime.UtcNow.AddSeconds(-15)));
        (await client.Send("GET", "/me")).Status.ShouldBe(200);
    }

    private static string? Forge(ApiHost api, string forgery, string subject)
    {
        string good = Tokens.For(api, subject);
        string[] parts = good.Split('.');
        return forgery switch
        {
            "none" => null,
            "garbage" => "garbage",
            "expired" => Tokens.For(api, subject, token => token.Expires = DateTime.UtcNow.AddMinutes(-10)),
            "expired beyond the skew" => Tokens.For(api, subject, token => token.Expires = DateTime.UtcNow.AddSeconds(-45)),
            "not yet" => Tokens.For(api, subject, token => token.NotBefore = DateTime.UtcNow.AddMinutes(2)),
            "no end" => Tokens.For(api, subject, token => token.Expires = null),
            "other audience" => Tokens.For(api, subject, token => token.Audience = "another"),
            "no audience" => Tokens.For(api, subject, token => token.Audience = null),
            "other issuer" => Tokens.For(api, subject, token => token.Issuer = "https://elsewhere.example"),
            "no issuer" => Tokens.For(api, subject, token => token.Issuer = null),
            "other key" => Tokens.For(api, subject, key: ECDsa.Create(ECCurve.NamedCurves.nistP256)),
            "other type" => Tokens.For(api, subject, token => token.TokenType = "dpop+jwt"),
            "algorithm none" => $"{Encode("""{"alg":"none","typ":"at+jwt"}""")}.{parts[1]}.",
            "HMAC with the public key" => Tokens.For(api, subject, token => token.SigningCredentials = new SigningCredentials(
                new SymmetricSecurityKey(Tokens.Key(api).ExportSubjectPublicKeyInfo()), SecurityAlgorithms.HmacSha256)),
            "RSA" => Tokens.For(api, subject, token => token.SigningCredentials = new SigningCredentials(
                new RsaSecurityKey(RSA.Create(2048)) { KeyId = "development" }, SecurityAlgorithms.RsaSha256)),
            "tampered subject" => $"{parts[0]}.{Encode(Base64UrlEncoder.Decode(parts[1]).Replace(subject, Guid.NewGuid().ToString(), StringComparison.Ordinal))}.{parts[2]}",
            "no signature" => $"{parts[0]}.{parts[1]}",
            "empty signature" => $"{parts[0]}.{parts[1]}.",
            "no subject" => Tokens.For(api, subject, token => token.Claims = new Dictionary<string, object>()),
            "subject is no id" => Tokens.For(api, "operator"),
            "cut" => good[..^4],
            _ => throw new ArgumentOutOfRangeException(nameof(forgery)),
        };
    }

    private static string Encode(string json) => Base64UrlEncoder.Encode(Encoding.UTF8.GetBytes(json));
}
