namespace Wya.Api.Access;

/// <summary>Who may call an endpoint. Every endpoint declares one; one that does not is answered to nobody.</summary>
internal abstract record Admits
{
    private Admits() { }

    public sealed record Anyone : Admits
    {
        public override string ToString() => "anonymous";
    }

    public sealed record SignedIn : Admits
    {
        public override string ToString() => "authenticated";
    }

    /// <summary>By token and messaging's own rows, so that it goes on without identity: see Messaging's Gate.</summary>
    /// <param name="IsMeasured">Nothing is done, and nobody's rows are asked: only for measuring what all the rest costs.</param>
    public sealed record Chatting(bool IsMeasured = false) : Admits
    {
        public override string ToString() => "authenticated";
    }

    public sealed record Holder(string Capability) : Admits
    {
        public override string ToString() => Capability;
    }

    /// <summary>Who has signed in to the console. Its pages hold what the API answers to them, and nothing else.</summary>
    public sealed record Console : Admits
    {
        public override string ToString() => "console";
    }

    public sealed record HolderOfAny(IReadOnlyList<string> Capabilities) : Admits
    {
        public override string ToString() => string.Join(" or ", Capabilities);
    }

    /// <summary>The person whose id is in the address, or a holder of the capability.</summary>
    public sealed record SelfOr(string Capability) : Admits
    {
        public override string ToString() => $"self or {Capability}";
    }
}

internal static class AdmissionDeclarations
{
    public static T AllowAnyone<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.Anyone());

    public static T RequireSignIn<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.SignedIn());

    /// <summary>With an <c>{id}</c> in the address, it is a conversation's.</summary>
    public static T RequireChatter<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.Chatting());

    public static T RequireTokenAlone<T>(this T endpoint)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.Chatting(IsMeasured: true));

    public static T RequireCapability<T>(this T endpoint, string capability)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.Holder(capability));

    public static T RequireAnyCapability<T>(this T endpoint, params IReadOnlyList<string> capabilities)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.HolderOfAny(capabilities));

    /// <summary>The address must have the person's id as <c>{id}</c>.</summary>
    public static T RequireSelfOr<T>(this T endpoint, string capability)
        where T : IEndpointConventionBuilder => endpoint.WithMetadata(new Admits.SelfOr(capability));
}
