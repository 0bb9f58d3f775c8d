using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Wya.Domain.Presence;
using Wya.Domain.Presence.Events;

namespace Wya.Prove.Traces;

/// <summary>Somebody who moves about, and leaves in every position marks by which it could be recognised anywhere.</summary>
internal sealed class Wanderer(Guid id, HttpClient client, bool isPrecise, Random random)
{
    private double latitude = (random.NextDouble() * 100) - 50;
    private double longitude = (random.NextDouble() * 300) - 150;

    public Guid Id { get; } = id;

    public HttpClient Client { get; } = client;

    /// <summary>Where they have been: the coordinates as text and as bytes, and the cell. Nobody may ever be told these.</summary>
    public List<byte[]> Places { get; } = [];

    /// <summary>The rooms that they have been in: friends are told of them at the moment, and nothing keeps them.</summary>
    public List<byte[]> Rooms { get; } = [];

    /// <returns>All that was answered.</returns>
    public async Task<string> Move(CancellationToken ct)
    {
        latitude = Math.Round(latitude + ((random.NextDouble() - 0.5) * 0.05), 9);
        longitude = Math.Round(longitude + ((random.NextDouble() - 0.5) * 0.05), 9);
        string north = latitude.ToString("R", CultureInfo.InvariantCulture), east = longitude.ToString("R", CultureInfo.InvariantCulture);
        var room = Guid.NewGuid();
        Places.AddRange(
        [
            Encoding.ASCII.GetBytes(north[..^1]), Encoding.ASCII.GetBytes(east[..^1]), BitConverter.GetBytes(latitude), BitConverter.GetBytes(longitude),
            [.. BitConverter.GetBytes(latitude).Reverse()], [.. BitConverter.GetBytes(longitude).Reverse()],
            Encoding.ASCII.GetBytes(ReportedPlace.Of(latitude, longitude)!.At(LocationTier.Immediate).Hash),
        ]);
        Rooms.AddRange([Encoding.ASCII.GetBytes($"{room}"), Encoding.ASCII.GetBytes($"{room:n}"), room.ToByteArray(), room.ToByteArray(bigEndian: true)]);
        string body = $$$"""{"activity":"chatting","room_id":"{{{room}}}","position":{"latitude":{{{north}}},"longitude":{{{east}}},"source":"gps"}}""";
        string taken = await Send(HttpMethod.Post, "/me/presence/heartbeat", body, ct);

        // What is malformed is refused, and an error is where secrets like to be quoted.
        return taken + await Send(HttpMethod.Post, $"/me/presence/heartbeat?at={random.Next(9)}", $$$"""{"position":{"latitude":{{{north}}},"longitude":{{{east}}},"altitude":3,"source":"gps"}}""", ct);
    }

    public Task<string> Choose(CancellationToken ct) => Send(
        HttpMethod.Put, "/me/presence/settings", $$"""{"privacy_level":"{{(isPrecise ? "precise" : "general")}}","is_invisible":false,"location_is_on":true}""", ct);

    /// <returns>All that was answered: status, headers and body.</returns>
    public async Task<string> Send(HttpMethod method, string address, string? body, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(method, address)
        {
            Content = body is null ? null : new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using HttpResponseMessage answer = await Client.SendAsync(request, ct);
        return $"{(int)answer.StatusCode} {answer.Headers} {await answer.Content.ReadAsStringAsync(ct)}\n";
    }

    public static async Task<Wanderer> Register(HttpClient anonymous, Func<string, HttpClient> with, int number, CancellationToken ct)
    {
        string handle = string.Create(CultureInfo.InvariantCulture, $"wanderer{number}");
        using HttpRequestMessage request = new(HttpMethod.Post, "/users") { Content = JsonContent.Create(new { handle, birth_date = "1990-01-01" }) };
        request.Headers.Add("Idempotency-Key", $"{Guid.NewGuid()}");
        using HttpResponseMessage registered = await anonymous.SendAsync(request, ct);
        Guid id = (await registered.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("id").GetGuid();
        using HttpResponseMessage issued = await anonymous.PostAsJsonAsync("/development/tokens", new { handle }, ct);
        string token = (await issued.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("access_token").GetString()!;
        return new Wanderer(id, with(token), isPrecise: number % 2 == 0, new Random(number));
    }
}
