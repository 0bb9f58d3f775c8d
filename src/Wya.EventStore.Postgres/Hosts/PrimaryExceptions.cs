using Npgsql;

namespace Wya.EventStore.Postgres;

/// <summary>
/// A primary of an epoch that has ended: another was promoted since. What it holds beyond that moment never was, and
/// nothing is read from it or written to it.
/// </summary>
public sealed class PrimaryFencedException(long epoch, long newest)
    : NpgsqlException($"A primary of epoch {epoch} is fenced: the newest epoch is {newest}.", new IOException("fenced"));

/// <summary>A primary whose newest rows are not known to be on a standby: they may be lost yet.</summary>
public sealed class PrimaryUnconfirmedException()
    : NpgsqlException("The primary's newest rows are not confirmed by a standby.", new IOException("unconfirmed"));

/// <summary>Of several hosts none is a primary that may be used.</summary>
public sealed class NoPrimaryException(Exception? cause) : NpgsqlException("No host is a primary that may be used.", cause ?? new IOException("no primary"));
