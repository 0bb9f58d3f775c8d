namespace Wya.Api.Console;

/// <summary>What a field lets one choose from.</summary>
internal static class Choices
{
    public static IEnumerable<(string Value, string Name)> Of<T>()
        where T : struct, Enum => Enum.GetValues<T>().Select(value => (Words.Of(value), Words.Say(value)));

    /// <param name="none">What the empty choice is called.</param>
    public static IEnumerable<(string Value, string Name)> Any<T>(string none)
        where T : struct, Enum => Of<T>().Prepend(("", none));
}
