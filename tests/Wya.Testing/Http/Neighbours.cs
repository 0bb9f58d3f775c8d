using System.Globalization;

namespace Wya.Testing.Http;

/// <summary>Somebody who is registered and signed in; the token lives for ten minutes.</summary>
public sealed record Neighbour(Guid Id, string Handle, string Token);

/// <summary>People, made through the public API of a system that runs in Development, and conversations between them.</summary>
public static class Neighbours
{
    private const int AtATime = 16;

    // Letters that no other letter of the set looks like, and syllables that spell no reserved word.
    private static readonly string[] Syllables = [.. from consonant in "kptz" from vowel in "aeuy" select $"{consonant}{vowel}"];

    /// <param name="first">The number of the first; people of different numbers have handles that look different.</param>
    public static async Task<Neighbour[]> Register(Uri address, int count, int first = 0, string birthDate = "1990-01-01", CancellationToken ct = default)
    {
        var people = new Neighbour[count];
        await Parallel.ForAsync(0, AtATime, ct, async (caller, stop) =>
        {
            using var api = new LeanApi(address);
            for (int i = caller; i < count; i += AtATime)
            {
                string handle = Handle(first + i);
                LeanReply registered = await api.Must(
                    LeanRequest.Prepare("POST", "/users", new { handle, birth_date = birthDate }, null, $"Idempotency-Key: {handle}"), stop);
                people[i] = new Neighbour(Guid.Parse(registered.Location!.Split('/')[^1]), handle, await SignIn(api, handle, stop));
            }
        });
        return people;
    }

    public static async Task<string> SignIn(LeanApi api, string handle, CancellationToken ct = default)
    {
        LeanReply tokens = await api.Must(LeanRequest.Prepare("POST", "/development/tokens", new { handle }), ct);
        return tokens.Json!["access_token"]!.GetValue<string>();
    }

    /// <summary>
    /// Waits until messaging has heard of everybody: it follows identity's log, so whoever is registered last is known last.
    /// </summary>
    /// <param name="number">Nobody has it yet; somebody is registered under it.</param>
    public static async Task UntilKnown(Uri address, Neighbour somebody, int number, CancellationToken ct = default)
    {
        Neighbour last = (await Register(address, 1, number, ct: ct))[0];
        using var api = new LeanApi(address);
        await Eventually.Is(
            async () => (await api.Ask(
                LeanRequest.Prepare("POST", "/conversations", new { kind = "direct", user_id = last.Id }, somebody.Token), ct)).Status is 200 or 201,
            "messaging knows everybody");
    }

    /// <summary>Between two who are no friends: one writes first, and the other one accepts.</summary>
    public static async Task<Guid> Acquaint(LeanApi api, Neighbour one, Neighbour other, CancellationToken ct = default)
    {
        LeanReply created = await api.Must(
            LeanRequest.Prepare("POST", "/conversations", new { kind = "direct", user_id = other.Id }, one.Token), ct);
        Guid id = IdOf(created);
        await api.Must(LeanRequest.Prepare("PUT", MessagePath(id, Guid.NewGuid()), new { text = "Hello" }, one.Token), ct);
        await api.Must(LeanRequest.Prepare("PUT", $"/conversations/{id}/request", new { accept = true }, other.Token), ct);
        return id;
    }

    public static async Task<Guid> Gather(LeanApi api, Neighbour creator, IEnumerable<Neighbour> others, CancellationToken ct = default) =>
        IdOf(await api.Must(
            LeanRequest.Prepare(
                "POST", "/conversations", new { kind = "group", user_ids = others.Select(other => other.Id) }, creator.Token,
                string.Create(CultureInfo.InvariantCulture, $"Idempotency-Key: {Guid.NewGuid()}")),
            ct));

    public static string MessagePath(Guid conversation, Guid message) => $"/conversations/{conversation}/messages/{message}";

    public static string Handle(int number) => string.Concat(Enumerable.Range(0, 8).Select(digit => Syllables[(number >> (4 * digit)) & 15]));

    private static Guid IdOf(LeanReply conversation) => conversation.Json!["conversation_id"]!.GetValue<Guid>();
}
