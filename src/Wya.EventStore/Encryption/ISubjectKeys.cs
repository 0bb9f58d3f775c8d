namespace Wya.EventStore;

/// <summary>What is known, at this moment and in this process, of a subject's key.</summary>
public enum KeyState
{
    /// <summary>Not known: fetch it first.</summary>
    NotAtHand,

    AtHand,

    /// <summary>Destroyed: what it sealed is gone, and nothing more is sealed for this subject.</summary>
    Destroyed,

    /// <summary>Fetched, and there is none: it was never made, at least not in this store of keys.</summary>
    Missing,
}

/// <summary>
/// One key a person, for ever. Fetching asks a store and takes time; what was fetched is at hand for a short while, and
/// then forgotten.
/// </summary>
public interface ISubjectKeys
{
    /// <param name="key">Takes the key, <see cref="Sealing.KeyBytes"/> long, if it is at hand.</param>
    KeyState TryCopy(Guid subject, Span<byte> key);

    /// <summary>Brings the keys to hand, in one round trip.</summary>
    /// <param name="create">Makes the keys that do not exist. Destroyed ones stay destroyed.</param>
    /// <exception cref="KeysUnavailableException">The store of keys does not answer.</exception>
    Task Fetch(IReadOnlyCollection<Guid> subjects, bool create, CancellationToken ct = default);
}

/// <summary>The store of keys does not answer. Nothing was recorded; what is sealed cannot be read until it does.</summary>
public sealed class KeysUnavailableException(Exception cause) : Exception("The store of keys does not answer.", cause);

/// <summary>
/// A value is sealed under a key that the store of keys has never held: it is another store, or older than the log.
/// </summary>
public sealed class SubjectKeyMissingException() : Exception("A sealed value names a key that the store of keys does not know.");

/// <summary>Keys are needed that are not at hand.</summary>
public sealed class KeysNotAtHandException(IReadOnlyCollection<Guid> subjects) : Exception("Keys are not at hand.")
{
    public IReadOnlyCollection<Guid> Subjects { get; } = subjects;
}
