namespace Wya.Api.Messaging.Live;

/// <summary>How frames reach one client.</summary>
internal interface ILiveWire
{
    /// <summary>Ends when the client has gone, or wants no more.</summary>
    CancellationToken Gone { get; }

    /// <summary>Not sent before <see cref="Flush"/>.</summary>
    /// <param name="id">Where to go on from after it; null for what is of the moment.</param>
    /// <returns>How many bytes wait to be sent.</returns>
    int Write(Frame frame, string? id = null);

    Task Flush(CancellationToken ct);

    /// <summary>After the last frame was flushed.</summary>
    Task Close(GoodbyeReason reason, CancellationToken ct);

    /// <summary>Without a word.</summary>
    void Abort();
}
