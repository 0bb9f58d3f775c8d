using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>Somebody who is to live in the town.</summary>
/// <param name="Suspension">Null for almost everybody.</param>
/// <param name="Capabilities">Granted beyond what the age layer gives.</param>
internal sealed record Resident(
    string Handle, DateOnly BirthDate, AgeLayer AgeLayer, bool IsVerified, Suspension? Suspension, IReadOnlyList<string> Capabilities);

internal sealed record Suspension(DateTimeOffset Until, string Reason);

/// <summary>Somebody under 13, who tries and must be refused.</summary>
internal sealed record Child(string Handle, DateOnly BirthDate);
