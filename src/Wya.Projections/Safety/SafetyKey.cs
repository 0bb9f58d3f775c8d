using Wya.Domain.Identity.Events;
using Wya.EventStore.Postgres;

namespace Wya.Projections.Safety;

/// <summary>
/// Under which keys safety seals what is a person's, and by which names it speaks of them where nobody may know who it is.
/// Nobody can tell the person without the key ring, nor that two of these are of the same person: a case stands beside its
/// person's id, so one name for all would tell who had reported others.
/// </summary>
public static class SafetyKey
{
    /// <summary>For what the case of a person holds.</summary>
    public static Guid Of(LogDatabase safety, UserId person) => safety.KeyedId($"safety:{person}");

    /// <summary>For who they are as a reporter, and what they say as one.</summary>
    public static Guid OfReporter(LogDatabase safety, UserId person) => safety.KeyedId($"reporter:{person}");

    /// <summary>Seals nothing: the name under which a moderator decides.</summary>
    public static Guid OfModerator(LogDatabase safety, UserId moderator) => safety.KeyedId($"moderator:{moderator}");
}
