using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Wya.Api.Tests;

/// <summary>Everything that can be done with a conversation, as one row of a table: what each came to.</summary>
public sealed class MessagingMatrix(ApiHost api)
{
    /// <summary>In an order in which none disturbs a later one.</summary>
    public static IReadOnlyList<string> Columns { get; } =
        ["list", "page", "one", "history", "search", "typing", "live", "read", "react", "edit", "send", "delete"];

    private readonly HashSet<string> mapped =
    [
        .. api.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            endpoint.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods.Select(method => $"{method} {endpoint.RoutePattern.RawText}") ?? []),
    ];

    /// <param name="own">A message of the person's own.</param>
    /// <param name="others">Somebody else's, which the person wants to see and react to.</param>
    /// <returns>By column; without what this API does not have.</returns>
    public async Task<Dictionary<string, (string Code, string Told)>> Row(Person person, Guid conversation, Guid own, Guid others)
    {
        Dictionary<string, (string Code, string Told)> row = [];
        string at = $"/conversations/{conversation}";
        foreach (string column in Columns.Where(Has))
        {
            row[column] = column switch
            {
                "list" => await Shown("/conversations", conversation.ToString()),
                "page" => Of(await person.Client.Send("GET", $"{at}/messages")),
                "one" => Of(await person.Client.Send("GET", $"{at}/messages/{others}")),
                "history" => Of(await person.Client.Send("GET", $"{at}/messages/{others}/history")),
                "search" => await Shown("/messages?q=lantern", own.ToString(), await api.Databases["messaging"].Scalar<long>("select position from log.wya_log_head")),
                "typing" => Of(await person.Client.Send("POST", $"{at}/typing", new { is_typing = true })),
                "live" => await Live(),
                "read" => Of(await person.Client.Send("PUT", $"{at}/read", new { message_id = own })),
                "react" => Of(await person.Client.Send("PUT", $"{at}/messages/{others}/reactions/{Uri.EscapeDataString("👍")}")),
                "edit" => Of(await person.Client.Send("PATCH", $"{at}/messages/{own}", new { text = "lantern " + Guid.NewGuid() })),
                "send" => Of(await person.Client.Send("PUT", $"{at}/messages/{Guid.NewGuid()}", new { text = "Hello" })),
                "delete" => Of(await person.Client.Send("DELETE", $"{at}/messages/{own}")),
                _ => throw new InvalidOperationException(column),
            };
        }

        return row;

        // What was said a moment ago is found a moment later: whoever wants to find it says up to where.
        async Task<(string, string)> Shown(string address, string what, long? position = null)
        {
            Answer answer = await person.Client.Send("GET", address, position: position is { } known ? $"messaging:{known}" : null);
            return answer.Status == 200 ? (answer.Text.Contains(what, StringComparison.Ordinal) ? "shown" : "hidden", "") : Of(answer);
        }

        async Task<(string, string)> Live()
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/live");
            using HttpResponseMessage answer = await person.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            return answer.IsSuccessStatusCode
                ? ($"{(int)answer.StatusCode}", "")
                : Of(new Answer((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(), answer));
        }
    }

    private static (string Code, string Told) Of(Answer answer) =>
        (answer.Code(), answer.Text.Length > 0 && answer.Text[0] == '{' && answer.Problem.Length > 0 ? answer.Told() : "");

    private bool Has(string column) => mapped.Contains(column switch
    {
        "list" => "GET /conversations",
        "page" => "GET /conversations/{id}/messages",
        "one" => "GET /conversations/{id}/messages/{messageId}",
        "history" => "GET /conversations/{id}/messages/{messageId}/history",
        "search" => "GET /messages",
        "typing" => "POST /conversations/{id}/typing",
        "live" => "GET /live",
        "read" => "PUT /conversations/{id}/read",
        "react" => "PUT /conversations/{id}/messages/{messageId}/reactions/{emoji}",
        "edit" => "PATCH /conversations/{id}/messages/{messageId}",
        "send" => "PUT /conversations/{id}/messages/{messageId}",
        _ => "DELETE /conversations/{id}/messages/{messageId}",
    });
}
