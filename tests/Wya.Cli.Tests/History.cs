using Wya.Domain.Identity.Events;
using Wya.EventStore;
using Xunit;

namespace Wya.Cli.Tests;

/// <summary>A short history that several tests read, written at known times.</summary>
public sealed class History : IAsyncLifetime
{
    /// <summary>Holds what a terminal would obey.</summary>
    public const string Reason = "Rude \u001b[31magain\u001b[0m";

    private House? house;

    public Guid Mara { get; } = Guid.Parse("0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a11");

    public Guid Bo { get; } = Guid.Parse("0198c5a2-7b5e-7c3f-9d2a-1f6f0e4b8a22");

    internal House House => house!;

    public async ValueTask InitializeAsync()
    {
        house = await House.Build();
        await house.Register(Mara, "mara");                                                          // 1  12:00
        house.Clock.Now = SetClock.Noon.AddMinutes(1);
        await house.Append(Mara, new UserVerified());                                                // 2  12:01
        await house.Register(Bo, "bo.b", AgeLayer.Minor);                                            // 3  12:01
        house.Clock.Now = SetClock.Noon.AddMinutes(2);
        await house.Append(Mara, new UserSuspended(SetClock.Noon.AddDays(7), new Sensitive<string>(Mara, Reason)));               // 4  12:02
        await house.Append(Bo, new PermissionGranted(Capability.ChatGroup), new UserVerified());     // 5, 6
        house.Clock.Now = SetClock.Noon.AddMinutes(3);
        await house.Append(Mara, new UserUnsuspended());                                             // 7  12:03
    }

    public async ValueTask DisposeAsync()
    {
        if (house is not null)
        {
            await house.DisposeAsync();
        }
    }
}
