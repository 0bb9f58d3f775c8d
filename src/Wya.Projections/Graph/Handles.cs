using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Graph;

/// <summary>Opens the handles of people, sealed by identity and carried here as they were: identity itself is not asked.</summary>
internal static class Handles
{
    /// <returns>By person; nobody whose key is destroyed.</returns>
    public static async Task<IReadOnlyDictionary<Guid, string>> Open(
        LogDatabase graph, IEnumerable<(Guid Person, string? Token)> people, CancellationToken ct)
    {
        List<(SealedToken Token, Guid StreamId)> tokens = [];
        foreach ((Guid person, string? text) in people)
        {
            if (SealedToken.TryParse(text, out SealedToken? token))
            {
                tokens.Add((token, person)); // in the stream of the same id
            }
        }

        OpenedToken[] opened = tokens.Count == 0 ? [] : await graph.SealsOf("identity").OpenAll(tokens, ct).ConfigureAwait(false);
        Dictionary<Guid, string> handles = [];
        for (int i = 0; i < opened.Length; i++)
        {
            if (opened[i].Failure is { } failure)
            {
                throw failure;
            }

            if (opened[i].Json is { } json)
            {
                handles[tokens[i].StreamId] = JsonSerializer.Deserialize<string>(json, EventJson.Options)!;
            }
        }

        return handles;
    }
}
