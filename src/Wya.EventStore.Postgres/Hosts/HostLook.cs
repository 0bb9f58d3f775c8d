namespace Wya.EventStore.Postgres;

public enum HostRole
{
    /// <summary>It does not answer.</summary>
    Away,

    Standby,

    Primary,

    /// <summary>It takes itself for the primary, of an epoch that has ended: another was promoted since.</summary>
    Fenced,
}

/// <summary>One of the hosts of a database, as it was last seen.</summary>
/// <param name="Name">As the connection string names it.</param>
/// <param name="Epoch">Its timeline, which rises with every promotion; 0 while it is away.</param>
/// <param name="ConfirmsBeforeAnswering">Whether a commit waits for a standby there.</param>
public sealed record HostLook(string Name, HostRole Role, long Epoch, bool ConfirmsBeforeAnswering);
