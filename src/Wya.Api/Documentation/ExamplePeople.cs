using Wya.Api.Identity;
using Wya.Domain.Identity.Events;
using Wya.Projections.Identity;

namespace Wya.Api.Documentation;

/// <summary>The person of the examples in the API's description.</summary>
internal static class ExamplePeople
{
    public static readonly DateTimeOffset Then = new(2026, 11, 2, 9, 30, 0, TimeSpan.Zero);

    public static readonly UserId MaraId = new(new Guid("0190f2c1-6b7e-7c5e-9a3e-6d0f4f0d2a11"));

    public static readonly UserAnswer Mara = new(
        MaraId, "mara", AgeLayer.Adult, UserStatus.Active, null, Then, Then);

    public static readonly UserAnswer MaraToOthers = new(Mara.Id, Mara.Handle);

    public static readonly UserAnswer MaraNew = Mara with { VerifiedAt = null, CreatedAt = null };
}
