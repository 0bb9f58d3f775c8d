using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Wya.Api.Tests;

/// <summary>What came back, read whole.</summary>
public sealed record Answer(int Status, string Text, HttpResponseMessage Message)
{
    public JsonElement Json => JsonElement.Parse(Text);

    /// <summary>The code of the problem, or "" when it is none.</summary>
    public string Problem => Message.Content.Headers.ContentType?.MediaType == "application/problem+json"
        ? Json.GetProperty("type").GetString()!["/problems/".Length..]
        : "";

    public string? Position => Header("Wya-Position");

    public string? Header(string name) =>
        Message.Headers.TryGetValues(name, out IEnumerable<string>? values) ? string.Join(",", values) : null;

    public string? String(string member) => Json.TryGetProperty(member, out JsonElement value) ? value.GetString() : null;

    public Guid Id => Json.GetProperty("id").GetGuid();

    public override string ToString() => $"{Status} {Text}";
}

public static class Requests
{
    public static async Task<Answer> Send(
        this HttpClient client,
        string method,
        string address,
        object? body = null,
        string? key = null,
        string? position = null,
        Action<HttpRequestMessage>? change = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), address);
        if (body is not null)
        {
            request.Content = new StringContent(body as string ?? JsonSerializer.Serialize(body), Encoding.UTF8);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        if (key is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", key);
        }

        if (position is not null)
        {
            request.Headers.TryAddWithoutValidation("Wya-Position", position);
        }

        change?.Invoke(request);
        HttpResponseMessage message = await client.SendAsync(request);
        return new Answer((int)message.StatusCode, await message.Content.ReadAsStringAsync(), message);
    }

    public static string NewKey() => Guid.NewGuid().ToString();

    /// <summary>Valid, and used by no other test.</summary>
    public static string NewHandle() => "p" + Guid.NewGuid().ToString("n")[..16];

    public static Task<Answer> Register(this HttpClient client, string handle, int age = 30, string? key = null) =>
        client.Send("POST", "/users", new { handle, birth_date = BirthDate(age) }, key ?? NewKey());

    /// <summary>Of somebody who had their birthday some months ago.</summary>
    public static string BirthDate(int age) => DateTime.UtcNow.AddYears(-age).AddMonths(-3).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
}
