using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Under which key safety seals what is a person's, and by which name it speaks of them where nobody may know who it is.
/// Nobody can tell the person without the key ring.
/// </summary>
public static class SafetyKey
{
    public static Guid Of(LogDatabase safety, UserId person) => safety.KeyedId($"safety:{person}");
}
