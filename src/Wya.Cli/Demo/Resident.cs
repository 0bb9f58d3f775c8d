using Wya.Domain.Identity.Events;

namespace Wya.Cli;

/// <summary>Somebody who is to live in the town.</summary>
/// <param name="Capabilities">Granted beyond what the age layer gives.</param>
internal sealed record Resident(
    string Handle, DateOnly BirthDate, AgeLayer AgeLayer, bool IsVerified, IReadOnlyList<string> Capabilities);

/// <summary>Somebody under 13, who tries and must be refused.</summary>
internal sealed record Child(string Handle, DateOnly BirthDate);
