namespace Wya.Projections.Redis;

/// <summary>
/// Redis did not do what it was asked: not reached, not in time, or not able to. Whether a write was done is not known.
/// A fault of the moment, like a lost connection. It quotes nothing: what the library says may hold keys.
/// </summary>
public sealed class RedisAwayException(string server, string kind) : IOException($"The {server} Redis is away ({kind}).");
