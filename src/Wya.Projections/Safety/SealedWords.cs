using System.Text.Json;
using Wya.EventStore;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>Opens what safety's rows and events carry sealed, for somebody who may read it.</summary>
public static class SealedWords
{
    /// <param name="stream">In whose events it was sealed: the case's.</param>
    /// <returns>Null when there is nothing, or its key is destroyed.</returns>
    public static async Task<T?> Open<T>(LogDatabase safety, string? token, Guid stream, CancellationToken ct)
        where T : class =>
        SealedToken.TryParse(token, out SealedToken? sealedToken) && await safety.Seals.Open(sealedToken, stream, ct).ConfigureAwait(false) is { } json
            ? JsonSerializer.Deserialize<T>(json, EventJson.Options)
            : null;
}
