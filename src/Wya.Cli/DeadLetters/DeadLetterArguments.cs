using System.CommandLine;

namespace Wya.Cli;

/// <summary>What names a dead letter, and who decides about it why.</summary>
internal sealed class DeadLetterArguments(Surroundings here)
{
    public Argument<string> Projection { get; } = SharedOptions.Projection("The projection that set the stream aside.");

    public Argument<Guid> Stream { get; } = SharedOptions.StreamId("The stream, as dead-letters list shows it.");

    public Option<string?> Domain { get; } = SharedOptions.Domain(here, "The projection's domain, where several have one of this name.");

    public Option<string?> Reason { get; } = SharedOptions.Reason("Why; it is kept with the decision.");

    public Option<string?> Actor { get; } = SharedOptions.Actor();

    public static VerbRefusedException NotParked(string projection, Guid stream) => new(
        $"{projection} has not set aside the stream {stream}; wya dead-letters list {projection} --retrying shows those it has.");
}
