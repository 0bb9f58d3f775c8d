using Shouldly;
using Wya.Domain.Tests.Identity;
using Wya.EventStore;

namespace Wya.Domain.Tests.Events;

/// <summary>Events on their way through the log: sealed, written, read and opened.</summary>
internal static class SealedEvents
{
    private static readonly EventSeals Seals = new("identity", new MemorySubjectKeys());

    public static byte[] Written(object fact)
    {
        EventType type = EventCatalogue.Types.For(fact);
        Seals.Seal(type, fact, UserSpec.RobinId.Value, Guid.Empty);
        return type.Write(fact);
    }

    public static object WrittenAndRead(object fact)
    {
        EventType type = EventCatalogue.Types.For(fact);
        var recorded = new RecordedEvent
        {
            Position = 1,
            Id = Guid.Empty,
            StreamId = UserSpec.RobinId.Value,
            Version = 1,
            Type = type.Name,
            SchemaVersion = type.Version,
            Time = UserSpec.Now,
            Data = type.Read(type.Version, Written(fact)),
            Metadata = new EventMetadata("system", "identity", null, null, null),
        };
        Seals.Open([recorded]).IsCompletedSuccessfully.ShouldBeTrue();
        return recorded.Data;
    }
}
