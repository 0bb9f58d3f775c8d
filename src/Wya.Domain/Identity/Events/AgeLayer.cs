namespace Wya.Domain.Identity.Events;

/// <summary>People of different layers neither see nor reach each other, anywhere, with no exception.</summary>
public enum AgeLayer
{
    /// <summary>13 to 17.</summary>
    Minor,

    /// <summary>18 to 21.</summary>
    Transitional,

    /// <summary>22 and above.</summary>
    Adult,
}
