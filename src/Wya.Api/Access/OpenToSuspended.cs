namespace Wya.Api.Access;

/// <summary>Marks what people may still do while they are suspended or banned: read why, take what is theirs, and go.</summary>
internal sealed record OpenToSuspended;

internal static class OpenToSuspendedDeclaration
{
    /// <summary>For what concerns the caller alone: with an id in the address, it is open to the person of that id.</summary>
    public static T OpenToSuspended<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new OpenToSuspended());
}
