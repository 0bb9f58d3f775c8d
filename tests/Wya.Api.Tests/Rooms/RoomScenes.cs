using System.Globalization;
using System.Text.Json;

namespace Wya.Api.Tests.Rooms;

/// <summary>People with their rooms, and what they do there.</summary>
public static class RoomScenes
{
    public static async Task<Guid> FirstRoom(this Person person)
    {
        Answer rooms = await person.Client.Send("GET", $"/users/{person.Id}/rooms");
        return rooms.Status == 200 ? rooms.Json.GetProperty("items")[0].GetProperty("id").GetGuid() : throw new InvalidOperationException(rooms.ToString());
    }

    /// <summary>With a guestbook and a poll of three choices.</summary>
    public static object Furnished(string text, string accent = "#7A5AF8") => new
    {
        layout = new { type = "grid", columns = 3, rows = 2 },
        modules = new object[]
        {
            new { id = "text-1", type = "text-block", content = text, position = new { x = 0, y = 0 } },
            new { id = "book-1", type = "guestbook", position = new { x = 1, y = 0 } },
            new { id = "poll-1", type = "poll", question = "Which?", choices = new[] { "One", "Two", "Three" }, position = new { x = 2, y = 0 } },
        },
        theme = new { background = "#0C0D0F", accent },
        not_yet_invented = new { kept = true },
    };

    /// <returns>The draft's tag.</returns>
    public static async Task<string> Drafts(this Person owner, Guid room, object content, string? seen = null)
    {
        Answer saved = await owner.Save(room, content, seen);
        return saved.Status == 204 ? saved.Message.Headers.ETag!.ToString() : throw new InvalidOperationException(saved.ToString());
    }

    public static Task<Answer> Save(this Person owner, Guid room, object content, string? seen = null) =>
        owner.Client.Send("PUT", $"/rooms/{room}/draft", content, change: request => request.Headers.TryAddWithoutValidation(
            seen is null ? "If-None-Match" : "If-Match", seen ?? "*"));

    /// <returns>The version.</returns>
    public static async Task<int> Publishes(this Person owner, Guid room, object content, string? note = null)
    {
        await owner.Client.Send("DELETE", $"/rooms/{room}/draft");
        await owner.Drafts(room, content);
        Answer published = await owner.Client.Send("POST", $"/rooms/{room}/versions", new { note }, Requests.NewKey());
        return published.Status == 201 ? published.Json.GetProperty("version").GetInt32() : throw new InvalidOperationException(published.ToString());
    }

    /// <summary>Of a version, as the visitor is led to it; the client follows no redirect to another origin here, there is none.</summary>
    public static async Task<Answer> Visits(this Person visitor, Guid room, int version, Action<HttpRequestMessage>? change = null)
    {
        string? address = await visitor.AddressOf(room, version);
        return await visitor.Client.Send("GET", address!, change: request =>
        {
            request.Headers.Authorization = null;
            change?.Invoke(request);
        });
    }

    /// <summary>Where a version is for this person; null when it is nowhere.</summary>
    public static async Task<string?> AddressOf(this Person visitor, Guid room, int version)
    {
        Answer led = await visitor.Led(room, version);
        return led.Message.Headers.Location?.ToString();
    }

    public static async Task<Answer> Led(this Person visitor, Guid room, int version)
    {
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var client = new HttpClient(handler) { BaseAddress = visitor.Client.BaseAddress };
        client.DefaultRequestHeaders.Authorization = visitor.Client.DefaultRequestHeaders.Authorization;
        return await client.Send("GET", string.Create(CultureInfo.InvariantCulture, $"/rooms/{room}/versions/{version}"));
    }

    public static async Task Shows(this Person owner, Guid room, string visibility)
    {
        Answer changed = await owner.Client.Send("PUT", $"/rooms/{room}/visibility", new { visibility });
        if (changed.Status != 204)
        {
            throw new InvalidOperationException(changed.ToString());
        }
    }

    public static JsonElement Content(this Answer blob) => blob.Status == 200 ? blob.Json : throw new InvalidOperationException(blob.ToString());
}
