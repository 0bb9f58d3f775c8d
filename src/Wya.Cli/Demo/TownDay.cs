using System.Security.Cryptography;
using System.Text;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Cli;

/// <summary>
/// Where people of the town are in the course of a day, in UTC: at home, at school or at work, out in the evening, at home. A
/// function of the person and the hour alone. The town lies in the Gulf of Guinea, where nobody lives.
/// </summary>
internal static class TownDay
{
    /// <summary>A cell about five kilometres wide; two more characters are a place in it.</summary>
    public const string Centre = "s0000";

    private const string Digits = "0123456789bcdefghjkmnpqrstuvwxyz";

    private static readonly string[] Schools = [Centre + "gw", Centre + "u4"];
    private static readonly string[] Workplaces = [Centre + "g7", Centre + "gk", Centre + "ev", Centre + "s2", Centre + "t9"];

    private static readonly Whereabouts[] Evenings =
    [
        new(Centre + "kd", Activity.Browsing), // the park
        new(Centre + "k6", Activity.Chatting, new Guid("5d2c1c1e-4d0f-4a53-8c0e-0a3b6f6f0c01")), // the corner café
        new(Centre + "hz", Activity.Chatting, new Guid("5d2c1c1e-4d0f-4a53-8c0e-0a3b6f6f0c02")), // the climbing hall
    ];

    /// <summary>Adults do; others turn it on themselves, and some have.</summary>
    public static bool SharesPlace(Resident resident) => resident.AgeLayer switch
    {
        AgeLayer.Minor => Traits(resident)[3] % 2 == 0,
        AgeLayer.Transitional => Traits(resident)[3] % 3 != 0,
        _ => true,
    };

    public static Whereabouts At(Resident resident, TimeOnly time)
    {
        byte[] traits = Traits(resident);
        int hour = time.AddMinutes(-(traits[2] % 60)).Hour; // some are up earlier than others
        bool isMinor = resident.AgeLayer == AgeLayer.Minor;
        return hour switch
        {
            >= 8 and < 14 when isMinor => new Whereabouts(Of(Schools), Activity.Browsing),
            >= 9 and < 17 when !isMinor => new Whereabouts(Of(Workplaces), Activity.Browsing),
            >= 17 and < 21 when traits[4] % 4 > 0 => Of(Evenings),
            _ => new Whereabouts($"{Centre}{Digits[traits[0] % 32]}{Digits[traits[1] % 32]}", hour is < 7 or > 22 ? Activity.Idle : Activity.Browsing),
        };

        T Of<T>(T[] places) => places[traits[5] % places.Length];
    }

    /// <summary>What tells one person's day from another's.</summary>
    private static byte[] Traits(Resident resident) => SHA256.HashData(Encoding.UTF8.GetBytes(resident.Handle));
}

/// <param name="Cell">Geohash; it goes to the API and nowhere else.</param>
/// <param name="RoomId">Null in no room.</param>
internal sealed record Whereabouts(string Cell, Activity Activity, Guid? RoomId = null);
