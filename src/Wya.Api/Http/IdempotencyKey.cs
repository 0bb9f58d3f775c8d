using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Wya.EventStore;

namespace Wya.Api.Http;

/// <summary>The client's name for one intention: sent again, it is the same command.</summary>
internal readonly record struct IdempotencyKey(string Value)
{
    public const string Header = "Idempotency-Key";

    /// <summary>Null when there is none; a problem when it is not one value of visible ASCII characters.</summary>
    public static (IdempotencyKey? Key, Problem? Problem) Read(HttpRequest request)
    {
        if (!request.Headers.TryGetValue(Header, out var values))
        {
            return (null, null);
        }

        return values is [{ Length: > 0 and <= Limits.IdempotencyKeyCharactersMax } value] && value.All(character => character is > ' ' and <= '~')
            ? (new IdempotencyKey(value), null)
            : (null, Problems.IdempotencyKeyMalformed);
    }

    /// <summary>
    /// Tells a repetition from another request under the same key. Keyed by the key itself, which is not stored, so that
    /// what was sent cannot be guessed from it.
    /// </summary>
    public string Fingerprint(object? content) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(Value), JsonSerializer.SerializeToUtf8Bytes(content, EventJson.Options)));
}
