namespace Wya.Cli;

/// <summary>Somebody who lives in the system now.</summary>
/// <param name="Api">Speaks for them.</param>
internal sealed record Neighbour(Guid Id, ApiClient Api);
