using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Wya.EventStore;
using Wya.Prove.Checking;

namespace Wya.Prove.Crash;

/// <summary>
/// A client of the HTTP API as its contract asks clients to be: every command has an Idempotency-Key, and is sent again
/// under the same key, whatever went wrong, until there is an answer. Only then does the next command follow.
/// </summary>
internal sealed class CrashClient(HttpClient http, History history, int sender)
{
    // Letters that no other letter of the set looks like, and syllables that spell no reserved word.
    private static readonly string[] Syllables = [.. from consonant in "kptz" from vowel in "aeuy" select $"{consonant}{vowel}"];
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromMinutes(2);

    private string token = "";
    private string caller = "";
    private int command;
    private int acknowledged;

    public int Acknowledged => Volatile.Read(ref acknowledged);

    public int SentAgain { get; private set; }

    /// <summary>Registers people, and grants and revokes capabilities, until told to stop between two commands.</summary>
    public async Task Run(CancellationToken stop)
    {
        await LogIn();
        while (!stop.IsCancellationRequested)
        {
            string handle = Handle(((long)sender << 24) + command);
            Guid user = await Command("anonymous", HttpMethod.Post, "/users", Guid.Empty, new { handle, birth_date = "1990-01-01" });
            for (int n = 0; n < 4 && !stop.IsCancellationRequested; n++)
            {
                await Command(
                    caller, n % 2 == 0 ? HttpMethod.Put : HttpMethod.Delete, $"/users/{user}/permissions/analyse", user, body: null);
            }
        }
    }

    /// <returns>The id of the user that the answer is about.</returns>
    private async Task<Guid> Command(string actor, HttpMethod method, string path, Guid streamId, object? body)
    {
        string key = $"{sender}-{++command}";
        var entry = new HistoryEntry(EventIds.ForCommand(actor, $"{method} {path}", key), streamId, 0, 0, sender, command, 0, 1, Ending.Sent);
        history.Add([entry]);
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage? answer = await Send(() =>
            {
                var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative)) { Content = body is null ? null : JsonContent.Create(body) };
                request.Headers.Add("Idempotency-Key", key);
                if (actor != "anonymous")
                {
                    request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
                }

                return request;
            });
            if (answer is { IsSuccessStatusCode: true })
            {
                Guid user = streamId == Guid.Empty ? Guid.Parse(answer.Headers.Location!.ToString().Split('/')[^1]) : streamId;
                long position = long.Parse(answer.Headers.GetValues("Wya-Position").Single().Split(':')[1], CultureInfo.InvariantCulture);
                history.Add([entry with { StreamId = user, Position = position, Ending = Ending.Acknowledged }]);
                Interlocked.Increment(ref acknowledged);
                return user;
            }

            await Again(answer, start);
        }
    }

    private async Task LogIn()
    {
        long start = Stopwatch.GetTimestamp();
        while (true)
        {
            using HttpResponseMessage? answer = await Send(() => new HttpRequestMessage(HttpMethod.Post, new Uri("/development/tokens", UriKind.Relative))
            {
                Content = JsonContent.Create(new { handle = "operator" }),
            });
            if (answer is { IsSuccessStatusCode: true })
            {
                token = (await answer.Content.ReadFromJsonAsync<JsonObject>())!["access_token"]!.GetValue<string>();
                caller = JsonNode.Parse(Convert.FromBase64String(Padded(token.Split('.')[1])))!["sub"]!.GetValue<string>();
                return;
            }

            await Again(answer, start);
        }
    }

    /// <summary>Null when there was no answer.</summary>
    private async Task<HttpResponseMessage?> Send(Func<HttpRequestMessage> request)
    {
        try
        {
            using HttpRequestMessage sent = request();
            return await http.SendAsync(sent);
        }
        catch (Exception away) when (away is HttpRequestException or TaskCanceledException or IOException)
        {
            return null;
        }
    }

    private async Task Again(HttpResponseMessage? answer, long start)
    {
        if (answer is { StatusCode: HttpStatusCode.Unauthorized })
        {
            await LogIn();
        }
        else if (answer is { StatusCode: not HttpStatusCode.TooManyRequests } && (int)answer.StatusCode < 500)
        {
            throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        }

        if (Stopwatch.GetElapsedTime(start) > GiveUpAfter)
        {
            throw new TimeoutException($"No answer within {GiveUpAfter}; the last was {answer?.StatusCode.ToString() ?? "none"}.");
        }

        SentAgain++;
        await Task.Delay(20);
    }

    private static string Handle(long number)
    {
        string handle = "";
        for (int digit = 0; digit < 10; digit++, number >>= 4)
        {
            handle += Syllables[number & 15];
        }

        return handle;
    }

    private static string Padded(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
