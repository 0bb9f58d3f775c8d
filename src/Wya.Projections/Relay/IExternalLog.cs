namespace Wya.Projections.Relay;

/// <summary>
/// A log outside of this system that events are published to. It has partitions, each an order of its own; all events of
/// one key are in one of them. Whoever implements it keeps two things: what one call hands over arrives in every partition
/// in the order given, and without anything left out before what arrives; and a call that ends well has made all of it durable.
/// A call that fails may have published a beginning of it.
/// </summary>
public interface IExternalLog : IAsyncDisposable
{
    /// <exception cref="ExternalLogAwayException">Not all of it was acknowledged. A fault of the moment.</exception>
    Task Publish(IReadOnlyList<PublishedEvent> batch, CancellationToken ct);

    /// <summary>Asks whether it is there.</summary>
    /// <exception cref="ExternalLogAwayException">It is not.</exception>
    Task Ping(CancellationToken ct);
}

/// <summary>The external log did not do what it was asked; whether a part was done is not known. It quotes nothing.</summary>
public sealed class ExternalLogAwayException(string kind, Exception? cause = null) : IOException($"The external log is away ({kind}).", cause);
