namespace Wya.Domain.Identity.Events;

/// <summary>A person; also the id of their stream in identity's log.</summary>
public readonly record struct UserId(Guid Value)
{
    public override string ToString() => Value.ToString();
}
