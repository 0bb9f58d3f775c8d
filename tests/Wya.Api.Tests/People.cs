using System.Collections.Concurrent;
using System.Diagnostics;

namespace Wya.Api.Tests;

/// <summary>A registered person, and a client that speaks for them.</summary>
public sealed record Person(Guid Id, string Handle, HttpClient Client);

public static class People
{
    /// <summary>A token ends after ten minutes, and a machine may be slow.</summary>
    private static readonly TimeSpan TokenUsedFor = TimeSpan.FromMinutes(3);

    private static readonly ConcurrentDictionary<ApiHost, (HttpClient Client, long Since)> Operators = new();

    public static async Task<Person> NewPerson(this ApiHost api, int age = 30, params string[] capabilities)
    {
        Answer registered = await api.Anonymous.Register(Requests.NewHandle(), age);
        Guid id = registered.Id;
        HttpClient someone = await api.Operator();
        foreach (string capability in capabilities)
        {
            Answer granted = await someone.Send("PUT", $"/users/{id}/permissions/{capability}");
            if (granted.Status != 204)
            {
                throw new InvalidOperationException(granted.ToString());
            }
        }

        string handle = registered.String("handle")!;
        return new Person(id, handle, api.With(await api.Token(handle)));
    }

    public static async Task<HttpClient> Operator(this ApiHost api) =>
        Operators.TryGetValue(api, out (HttpClient Client, long Since) known) && Stopwatch.GetElapsedTime(known.Since) < TokenUsedFor
            ? known.Client
            : (Operators[api] = (api.With(await api.Token("operator")), Stopwatch.GetTimestamp())).Client;

    public static async Task<string> Token(this ApiHost api, string handle) =>
        (await api.Anonymous.Send("POST", "/development/tokens", new { handle })).String("access_token")!;
}
