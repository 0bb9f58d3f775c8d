using System.Security.Cryptography;

namespace Wya.Projections.Rooms.Objects;

public enum Written
{
    /// <summary>The object is there and holds these bytes, whoever wrote them.</summary>
    There,

    /// <summary>Other bytes stand under this name, and stay.</summary>
    Taken,
}

/// <summary>
/// Writes an object although answers get lost. What a failed attempt came to is not known, so the next one looks first: the
/// same bytes under the name are success, whichever attempt wrote them, and other bytes are somebody else's for good.
/// </summary>
public static class ObjectWriter
{
    public const int AttemptsMax = 5;

    private static readonly TimeSpan FirstWait = TimeSpan.FromMilliseconds(20);

    /// <exception cref="ObjectsAwayException">Nothing is known after all attempts; the same may be tried again later.</exception>
    public static async Task<Written> Write(
        IObjects objects, string key, ReadOnlyMemory<byte> bytes, TimeProvider clock, CancellationToken ct = default)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                if ((attempt > 1 ? await objects.Read(key, ct).ConfigureAwait(false) : null) is { } there)
                {
                    return Compare(there, bytes);
                }

                if (await objects.TryCreate(key, bytes, ct).ConfigureAwait(false))
                {
                    return Written.There;
                }

                if (await objects.Read(key, ct).ConfigureAwait(false) is { } earlier)
                {
                    return Compare(earlier, bytes);
                }

                throw new ObjectsAwayException("An object was there and is not."); // somebody removed it in between
            }
            catch (ObjectsAwayException) when (attempt < AttemptsMax)
            {
                await Task.Delay(FirstWait * (1 << (attempt - 1)), clock, ct).ConfigureAwait(false);
            }
        }
    }

    private static Written Compare(byte[] there, ReadOnlyMemory<byte> bytes) =>
        CryptographicOperations.FixedTimeEquals(there, bytes.Span) ? Written.There : Written.Taken;
}
