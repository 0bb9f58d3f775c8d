using System.Text.Json;

namespace Wya.Api.Tests;

/// <summary>What people do about each other, through the API.</summary>
public static class Neighbourhood
{
    /// <summary>Every command about another person: its method, and its address with their id.</summary>
    public static IReadOnlyDictionary<string, (string Method, string Address)> Commands { get; } = new Dictionary<string, (string, string)>
    {
        ["cancel"] = ("DELETE", "/me/friend-requests/{0}"),
        ["decline"] = ("POST", "/me/friend-requests/{0}/decline"),
        ["accept"] = ("POST", "/me/friend-requests/{0}/accept"),
        ["request"] = ("POST", "/me/friend-requests"),
        ["unfollow"] = ("DELETE", "/me/following/{0}"),
        ["follow"] = ("PUT", "/me/following/{0}"),
        ["shed"] = ("DELETE", "/me/followers/{0}"),
        ["unmute"] = ("DELETE", "/me/mutes/{0}"),
        ["mute"] = ("PUT", "/me/mutes/{0}"),
        ["dismiss"] = ("DELETE", "/me/friend-suggestions/{0}"),
        ["unfriend"] = ("DELETE", "/me/friends/{0}"),
        ["unblock"] = ("DELETE", "/me/blocks/{0}"),
        ["block"] = ("PUT", "/me/blocks/{0}"),
    };

    /// <summary>Every list of people that a person has of their own.</summary>
    public static IReadOnlyList<string> Lists { get; } =
    [
        "/me/friends", "/me/following", "/me/followers", "/me/blocks", "/me/mutes", "/me/friend-requests?direction=incoming",
        "/me/friend-requests?direction=outgoing", "/me/friend-suggestions",
    ];

    public static Task<Answer> Try(this Person self, string command, Guid other)
    {
        (string method, string address) = Commands[command];
        return self.Client.Send(method, string.Format(System.Globalization.CultureInfo.InvariantCulture, address, other),
            command == "request" ? new { user_id = other } : null);
    }

    /// <summary>It must succeed.</summary>
    public static async Task<Answer> Does(this Person self, string command, Person other)
    {
        Answer answer = await self.Try(command, other.Id);
        return answer.Status is 200 or 204 ? answer : throw new InvalidOperationException($"{command}: {answer}");
    }

    public static async Task Befriends(this Person self, Person other)
    {
        await self.Does("request", other);
        await other.Does("accept", self);
    }

    /// <summary>The people in a list, in its order.</summary>
    public static async Task<Guid[]> Shown(this Person self, string list)
    {
        Answer answer = await self.Client.Send("GET", list);
        return answer.Status == 200
            ? [.. answer.Json.GetProperty("items").EnumerateArray().Select(item => item.GetProperty("user_id").GetGuid())]
            : throw new InvalidOperationException(answer.ToString());
    }

    /// <summary>An answer, apart from what names the one request or the moment.</summary>
    public static string Whole(this Answer answer)
    {
        string body = answer.Text.Length > 0 && answer.Json.TryGetProperty("trace_id", out JsonElement trace)
            ? answer.Text.Replace(trace.GetString()!, "", StringComparison.Ordinal)
            : answer.Text;
        IEnumerable<string> headers = answer.Message.Headers.Concat(answer.Message.Content.Headers)
            .Where(header => header.Key is not ("Date" or "Wya-Position" or "Wya-Lag-Seconds"))
            .Select(header => $"{header.Key}: {string.Join(',', header.Value)}");
        return $"{answer.Status} {string.Join(' ', answer.Message.Headers.Select(header => header.Key).Order(StringComparer.Ordinal))}\n{string.Join('\n', headers)}\n{body}";
    }
}
