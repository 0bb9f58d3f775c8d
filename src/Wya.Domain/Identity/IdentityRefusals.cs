using System.Globalization;
using Wya.EventStore;

namespace Wya.Domain.Identity;

/// <summary>Every reason for which identity turns a command down. Codes are published and never change their meaning.</summary>
public static class IdentityRefusals
{
    public const int ReasonLengthMax = 500;

    /// <summary>Also for reserved words, so that an answer does not tell which words are reserved.</summary>
    public static Refusal HandleTaken { get; } = new(
        "handle-taken", "This handle, or one that looks like it, is not available.", RefusalKind.Conflict);

    public static Refusal UnderAge { get; } = new(
        "under-age", "People under 13 cannot register.", RefusalKind.Invalid);

    public static Refusal BirthDateInvalid { get; } = new(
        "birth-date-invalid", "The birth date lies in the future or too far in the past.", RefusalKind.Invalid);

    public static Refusal AlreadyRegistered { get; } = new(
        "already-registered", "This user is registered under another handle, and a handle never changes.", RefusalKind.Conflict);

    public static Refusal UserNotFound { get; } = new(
        "user-not-found", "There is no such user.", RefusalKind.NotFound);

    public static Refusal ReasonInvalid { get; } = new(
        "reason-invalid",
        string.Create(CultureInfo.InvariantCulture, $"A reason of 1 to {ReasonLengthMax} characters must be given."),
        RefusalKind.Invalid);

    public static Refusal CapabilityUnknown { get; } = new(
        "capability-unknown", "There is no such capability.", RefusalKind.Invalid);

    public static Refusal CapabilityNotForAgeLayer { get; } = new(
        "capability-not-for-age-layer", "This capability cannot be granted to a person of this age.", RefusalKind.Conflict);

    public static Refusal ErasureNotDue { get; } = new(
        "erasure-not-due", "No erasure of this person is due.", RefusalKind.Conflict);

    public static Refusal ContactAddressInvalid { get; } = new(
        "contact-address-invalid",
        "This is neither an e-mail address nor a telephone number that begins with + and its country.",
        RefusalKind.Invalid);

    public static Refusal LocationEachStay { get; } = new(
        "location-each-stay", "At your age location is turned on for one stay at a time: say so with a heartbeat.", RefusalKind.Forbidden);

    public static Refusal ProximityWeightInvalid { get; } = new(
        "proximity-weight-invalid", "Nearness is 50 to 100 percent of the score.", RefusalKind.Invalid);

    public static IReadOnlyList<Refusal> All { get; } =
    [
        HandleInvalid("A handle has 3 to 50 characters."), HandleTaken, UnderAge, BirthDateInvalid, AlreadyRegistered, UserNotFound,
        ReasonInvalid, CapabilityUnknown, CapabilityNotForAgeLayer, ContactAddressInvalid,
        ErasureNotDue, LocationEachStay, ProximityWeightInvalid,
    ];

    /// <param name="why">One sentence that says which rule the handle breaks.</param>
    public static Refusal HandleInvalid(string why) => new("handle-invalid", why, RefusalKind.Invalid);
}
