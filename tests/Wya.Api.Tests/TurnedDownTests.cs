using System.Net.Http.Headers;
using System.Text;
using Shouldly;
using Xunit;

namespace Wya.Api.Tests;

/// <summary>Malformed, oversized, duplicated, conflicting and unauthorised requests: each its own problem, and no change.</summary>
public sealed class TurnedDownTests(SharedApi shared)
{
    private const string Good = """{"handle": "somebody-new", "birth_date": "1990-01-01"}""";

    public static TheoryData<string, int, string> Registrations => new()
    {
        { "", 400, "malformed-request" },
        { "{", 400, "malformed-request" },
        { "null", 400, "malformed-request" },
        { "[]", 400, "malformed-request" },
        { "\"text\"", 400, "malformed-request" },
        { "{}", 400, "malformed-request" },
        { """{"handle": "somebody-new"}""", 400, "malformed-request" },
        { """{"handle": null, "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": 7, "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": ["a"], "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1.1.1990"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1990-02-30"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1990-01-01T00:00:00Z"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1990-01-01", "age_layer": "adult"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1990-01-01", "id": "0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "birth_date": "1990-01-01", "status": "active"}""", 400, "malformed-request" },
        { """{"Handle": "somebody-new", "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": "somebody-new", "handle": "somebody-else", "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": "some\u0000body", "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { """{"handle": "some\ud800body", "birth_date": "1990-01-01"}""", 400, "malformed-request" },
        { Good + Good, 400, "malformed-request" },
        { "{\"handle\": " + new string('[', 20) + new string(']', 20) + "}", 400, "malformed-request" },
        { """{"handle": "ab", "birth_date": "1990-01-01"}""", 422, "handle-invalid" },
        { """{"handle": "two words", "birth_date": "1990-01-01"}""", 422, "handle-invalid" },
        { """{"handle": "operator", "birth_date": "1990-01-01"}""", 409, "handle-taken" },
        { """{"handle": "somebody-new", "birth_date": "0001-01-01"}""", 422, "birth-date-invalid" },
        { """{"handle": "somebody-new", "birth_date": "9999-12-31"}""", 422, "birth-date-invalid" },
        { new string(' ', 64 * 1024) + Good, 413, "body-too-large" },
    };

    [Theory]
    [MemberData(nameof(Registrations))]
    public async Task A_registration_is_turned_down(string body, int status, string code)
    {
        ApiHost api = await shared.Host();
        await NothingChanges(api, () => api.Anonymous.Send("POST", "/users", body, Requests.NewKey()), status, code);
    }

    public static TheoryData<string?, string> Keys => new()
    {
        { null, "idempotency-key-missing" },
        { "", "idempotency-key-malformed" },
        { "two words", "idempotency-key-malformed" },
        { "tab\tinside", "idempotency-key-malformed" },
        { new string('k', 201), "idempotency-key-malformed" },
    };

    [Theory]
    [MemberData(nameof(Keys))]
    public async Task A_key_is_turned_down(string? key, string code)
    {
        ApiHost api = await shared.Host();
        await NothingChanges(api, () => api.Anonymous.Send("POST", "/users", Good, key), 400, code);
    }

    [Fact]
    public async Task Two_keys_are_none()
    {
        ApiHost api = await shared.Host();
        await NothingChanges(
            api,
            () => api.Anonymous.Send("POST", "/users", Good, "one", change: request => request.Headers.Add("Idempotency-Key", "two")),
            400,
            "idempotency-key-malformed");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    public async Task A_body_of_another_type_is_turned_down(string type)
    {
        ApiHost api = await shared.Host();
        await NothingChanges(
            api,
            () => api.Anonymous.Send(
                "POST", "/users", Good, Requests.NewKey(), change: request => request.Content!.Headers.ContentType = new MediaTypeHeaderValue(type)),
            415,
            "content-type-unsupported");
    }

    [Fact]
    public async Task An_oversized_body_without_a_length_is_turned_down()
    {
        ApiHost api = await shared.Host();
        await NothingChanges(
            api,
            () => api.Anonymous.Send("POST", "/users", key: Requests.NewKey(), change: request =>
            {
                request.Content = new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes(new string(' ', 100_000) + Good)));
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                request.Headers.TransferEncodingChunked = true;
            }),
            413,
            "body-too-large");
    }

    [Theory]
    [InlineData("GET", "/nowhere", 404, "route-not-found")]
    [InlineData("POST", "/users/by-handle", 405, "method-not-allowed")]
    [InlineData("DELETE", "/users", 405, "method-not-allowed")]
    [InlineData("PATCH", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11", 405, "method-not-allowed")]
    [InlineData("GET", "/users/not-a-uuid", 400, "malformed-request")]
    [InlineData("GET", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11", 404, "user-not-found")]
    [InlineData("GET", "/users/by-handle/nobody-has-this", 404, "user-not-found")]
    [InlineData("GET", "/users/by-handle/%F0%9F%92%A9", 404, "user-not-found")]
    [InlineData("POST", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11/verification", 404, "user-not-found")]
    [InlineData("PUT", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11/permissions/moderate", 404, "user-not-found")]
    [InlineData("DELETE", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11/permissions/moderate", 404, "user-not-found")]
    [InlineData("GET", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11/permissions", 404, "user-not-found")]
    [InlineData("GET", "/me/capabilities/fly/why", 404, "capability-not-found")]
    [InlineData("GET", "/audit/permissions?capability=fly", 422, "capability-unknown")]
    [InlineData("GET", "/audit/permissions?limit=0", 400, "cursor-malformed")]
    [InlineData("GET", "/audit/permissions?cursor=-1", 400, "cursor-malformed")]
    [InlineData("GET", "/audit/permissions?after=-1", 400, "cursor-malformed")]
    [InlineData("GET", "/audit/permissions?after=x", 400, "malformed-request")]
    [InlineData("GET", "/audit/permissions?user=mara", 400, "malformed-request")]
    [InlineData("GET", "/users/0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11/history", 404, "user-not-found")]
    [InlineData("GET", "/schemas/user.unheard/1", 404, "schema-unknown")]
    [InlineData("GET", "/schemas/user.created/99", 404, "schema-unknown")]
    [InlineData("GET", "/problems/unheard-of", 404, "problem-unknown")]
    public async Task An_operator_is_turned_down_too(string method, string address, int status, string code)
    {
        ApiHost api = await shared.Host();
        HttpClient someone = await api.Operator();
        await NothingChanges(api, () => someone.Send(method, address, key: Requests.NewKey()), status, code);
    }

    [Theory]
    [InlineData("PUT", 30, "fly", 422, "capability-unknown")]
    [InlineData("DELETE", 30, "fly", 422, "capability-unknown")]
    [InlineData("PUT", 15, "moderate", 409, "capability-not-for-age-layer")]
    public async Task A_permission_is_turned_down(string method, int age, string capability, int status, string code)
    {
        ApiHost api = await shared.Host();
        Person person = await api.NewPerson(age);
        HttpClient someone = await api.Operator();
        await NothingChanges(api, () => someone.Send(method, $"/users/{person.Id}/permissions/{capability}"), status, code);
    }

    internal static async Task NothingChanges(ApiHost api, Func<Task<Answer>> request, int status, string code)
    {
        long head = await RegisterUserTests.Head(api);
        Answer answer = await request();
        answer.Status.ShouldBe(status, answer.Text);
        answer.Problem.ShouldBe(code, answer.Text);
        answer.Json.GetProperty("status").GetInt32().ShouldBe(status);
        answer.String("title").ShouldNotBeNullOrEmpty();
        answer.String("detail").ShouldNotBeNullOrEmpty();
        answer.String("trace_id")!.Length.ShouldBe(32);
        (await RegisterUserTests.Head(api)).ShouldBe(head);
    }
}
