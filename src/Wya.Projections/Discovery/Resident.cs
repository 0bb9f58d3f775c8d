using Wya.Domain.Discovery;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Projections.Discovery;

/// <summary>Somebody of whom the town knows, with whatever it knows of them. Guarded by the town.</summary>
internal sealed class Resident(Guid id)
{
    public static readonly HashSet<Guid> NoBlocks = [];

    public Guid Id { get; } = id;

    /// <summary>Where they stand on every ring.</summary>
    public ulong Draw { get; } = Ranking.Draw(default, default, new UserId(id));

    /// <summary>Null for who is not there.</summary>
    public Whereabouts? Here { get; set; }

    /// <summary>Nothing that presence tells of an earlier moment counts any more.</summary>
    public DateTimeOffset ToldAt { get; set; }

    /// <summary>Null until they are read: who is not known is proposed to nobody.</summary>
    public Facts? Facts { get; set; }

    public DateTimeOffset ReadAt { get; set; }

    public Resident[] Friends { get; set; } = [];

    public HashSet<Guid> Blocks { get; set; } = NoBlocks;

    /// <summary>Rises whenever something is said of them that the facts may not hold yet.</summary>
    public int Version { get; set; }

    public bool IsAwaited { get; set; }

    public DateTimeOffset AskedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>When something last changed of what they would be shown.</summary>
    public DateTimeOffset ChangedAt { get; set; } = DateTimeOffset.MinValue;

    /// <summary>The rings on which they stand, finest cell first; null on none.</summary>
    public (AgeLayer Layer, Cell Cell)? Ringed { get; set; }

    /// <summary>In which look they were last met, and as what: one look at a time.</summary>
    public int MetIn { get; set; }

    public Relation MetAs { get; set; }

    public Resident? MetThrough { get; set; }

    /// <summary>The cell that strangers may come to know; null when none.</summary>
    public Cell? ForStrangers => Here?.Cell is { } cell && Facts?.StrangersFinest is { } finest ? cell.Within(finest) : null;

    public Cell? ForFriends => Here?.Cell is { } cell && Facts?.FriendsFinest is { } finest ? cell.Within(finest) : null;
}
