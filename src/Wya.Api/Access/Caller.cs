using System.Collections.Frozen;
using Wya.Domain.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Access;

/// <summary>Who asks, and what they may do at this moment, read from identity's own rows for each request.</summary>
/// <param name="User">Null when the token is good and the person is not registered here.</param>
internal sealed record Caller(UserId Id, UserView? User, FrozenSet<string> Capabilities)
{
    /// <summary>Null for who is not registered here.</summary>
    public AgeLayer? AgeLayer => User?.AgeLayer;

    public bool Holds(string capability) => Capabilities.Contains(capability);

    /// <summary>Those who run the place see everybody.</summary>
    public bool SeesAll => Holds(Capability.Moderate) || Holds(Capability.Operate);

    /// <summary>
    /// People of different age layers are as if the others did not exist, and so is who has asked to be erased.
    /// </summary>
    public bool MaySee(UserView other) =>
        other.Id == Id || SeesAll || (User?.AgeLayer == other.AgeLayer && other.ErasureDueAt is null);

    public static Caller Of(UserId id, PersonStanding? person, DateTimeOffset now) =>
        person is null ? new Caller(id, null, []) : new Caller(id, person.User, Lattice.Effective(person.Standing, now));
}
