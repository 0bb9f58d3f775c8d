namespace Wya.EventStore.Postgres;

/// <summary>The rebuild cannot succeed as things are; the live read model stays as it is. Its message holds no data.</summary>
internal sealed class RebuildFailedException(string reason) : Exception(reason);

/// <summary>The job was paused or cancelled, or another worker has taken it up: this one has nothing more to do.</summary>
internal sealed class RebuildInterruptedException() : Exception("The job is no longer this worker's.");

/// <summary>What was filled cannot be made right by going on: an event that it holds was discarded meanwhile.</summary>
internal sealed class RebuildOutdatedException() : Exception("An event that had been folded was discarded meanwhile.");

/// <summary>Somebody reads or writes the live tables in transactions so long that the locks could not be had.</summary>
internal sealed class LocksNotHadException() : Exception("The locks on the live read model could not be had.");
