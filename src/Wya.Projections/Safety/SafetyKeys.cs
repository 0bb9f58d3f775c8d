using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Under what subject safety seals what concerns somebody: a pseudonym that nobody can tell without the key ring. It names
/// them where their id must not stand.
/// </summary>
public static class SafetyKeys
{
    public static Guid Of(LogDatabase safety, UserId user) => safety.KeyedId($"safety:{user}");
}
