using Wya.Api.Access;

namespace Wya.Api.Documentation;

/// <summary>The session of the examples in the API's description.</summary>
internal static class ExampleSessions
{
    public static readonly SessionTokens Tokens = new(
        "eyJhbGciOiJFUzI1NiIs…", "Bearer", 600, "jx0V7Wc2…", new Guid("0190f2c1-8d31-7f02-8c55-2f6e1b0c9a77"));
}
