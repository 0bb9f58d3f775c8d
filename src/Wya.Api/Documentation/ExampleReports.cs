namespace Wya.Api.Documentation;

/// <summary>The report of the examples in the API's description.</summary>
internal static class ExampleReports
{
    public static readonly Guid Id = new("5b1f0b9e-5a64-8d1c-9b2a-3f6f0f8f4c55");
}
