namespace Wya.Projections.Rooms.Objects;

/// <summary>
/// Where the versions of rooms are kept: written once, never changed. Two implementations pass one contract suite: a folder,
/// and a server of the S3 protocol. They try once; whoever writes tries again, see <see cref="ObjectWriter"/>.
/// </summary>
public interface IObjects
{
    /// <summary>Creates it, whole and durable, or leaves what is there as it is; of several at once one creates it.</summary>
    /// <returns>False when there is one already, whatever it holds.</returns>
    /// <exception cref="ObjectsAwayException">It may have been created or not.</exception>
    Task<bool> TryCreate(string key, ReadOnlyMemory<byte> bytes, CancellationToken ct = default);

    /// <returns>Null when there is none.</returns>
    /// <exception cref="ObjectsAwayException">The store does not answer, or what it keeps is damaged.</exception>
    Task<byte[]?> Read(string key, CancellationToken ct = default);

    /// <returns>False when there was none.</returns>
    /// <exception cref="ObjectsAwayException">It may be gone or not.</exception>
    Task<bool> Delete(string key, CancellationToken ct = default);

    /// <summary>The keys that begin so, in no particular order.</summary>
    IAsyncEnumerable<string> List(string prefix, CancellationToken ct = default);

    /// <summary>Where a visitor can fetch it for a while from the store itself; null where the store has no address of its own.</summary>
    Uri? SignedAddress(string key, TimeSpan lifetime);
}

/// <summary>The store of objects does not answer as it should; trying again may help.</summary>
public sealed class ObjectsAwayException(string what, Exception? cause = null) : IOException(what, cause);
